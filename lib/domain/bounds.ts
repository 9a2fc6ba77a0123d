/**
 * The bounds that the rules themselves set, each named once.
 *
 * @module
 */

export const secondMs = 1000;
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Longest text of a message, in Unicode characters. */
export const textCharactersMax = 4000;

/** Longest label of a client ("alice's laptop"), in Unicode characters. */
export const clientLabelCharactersMax = 64;

/** Longest password, in Unicode characters. */
export const passwordCharactersMax = 256;

/** Longest idempotency key, in visible ASCII characters. */
export const idempotencyKeyCharactersMax = 64;

/** How long the answer to an idempotency key is kept, in milliseconds. */
export const receiptLifeMs = dayMs;

/** Most clients of one user; the one longest unused makes room for a new one. */
export const tokensPerUserMax = 100;

/**
 * How long a name that was given up is kept for the one who had it, in milliseconds, and how many of
 * them: what is said to that name must not reach someone else.
 */
export const formerNameLifeMs = 30 * dayMs;
export const formerNamesPerUserMax = 5;

/** How often a user may change their name in an hour: everyone is told of it. */
export const renamesPerHourMax = 10;

/** How many invitations a user may send in an hour: each one tells someone something. */
export const invitationsPerHourMax = 100;

/** How often a user may ask in an hour to be let into rooms: each time tells an owner something. */
export const joinRequestsPerHourMax = 50;

/** How often a user may make or change rooms in an hour: each time is told to their members. */
export const roomChangesPerHourMax = 100;

/** How often a user may schedule messages, or change those that wait, in an hour. */
export const schedulesPerHourMax = 500;

/** How many files a user may upload in an hour. */
export const uploadsPerHourMax = 200;

/** Longest reason of a report or a ban, in Unicode characters. */
export const reasonCharactersMax = 500;

/** Most messages of one user that wait to be sent, or could not be. */
export const scheduledPerUserMax = 100;

/** How far ahead a message may be scheduled, at least and at most, in milliseconds. */
export const scheduleAheadMinMs = secondMs;
export const scheduleAheadMaxMs = 365 * dayMs;

/** How long it is known of a scheduled message that it was sent, or why not, in milliseconds. */
export const scheduledTraceMs = dayMs;

/** Most files in one message. */
export const filesPerMessageMax = 10;

/** How long an uploaded file waits to be put into a message, in milliseconds. */
export const looseFileLifeMs = hourMs;

/** Most files of one user that are in no message yet, or in one that waits to be sent. */
export const unsentFilesPerUserMax = 50;

/** Longest name of a room, in Unicode characters. */
export const roomNameCharactersMax = 64;

/** Most rooms that one user owns, and that one user is in, private chats apart. */
export const ownedRoomsMax = 100;
export const joinedRoomsMax = 500;

/** Most members of a room, invitations to it, and requests to enter it, at one time. */
export const roomMembersMax = 1000;
export const roomInvitationsMax = 1000;
export const roomRequestsMax = 1000;

/** Most invitations that wait for one user's answer. */
export const invitationsPerUserMax = 100;

/** Most links of one room that can be used. */
export const roomLinksMax = 20;

/** Most people who may enter by one link. */
export const linkUsesMax = 10_000;

/** How long a link can be used when its owner does not say, and at least and at most. */
export const linkLifeMs = 7 * dayMs;
export const linkLifeMinMs = secondMs;
export const linkLifeMaxMs = 365 * dayMs;

/** How long a ban may last, whoever it comes from, at least and at most. */
export const banMsMin = secondMs;
export const banMsMax = 365 * dayMs;

/** How long it is known what was done in the name of order, in milliseconds. */
export const auditLifeMs = 365 * dayMs;

/** Most invitations to register that someone can come by. */
export const registrationInvitesMax = 100;

/** How long one can be used when its maker does not say, and at least and at most. */
export const registrationInviteLifeMs = 7 * dayMs;
export const registrationInviteLifeMinMs = 60 * secondMs;
export const registrationInviteLifeMaxMs = 30 * dayMs;

/** Most people who may register by one invitation. */
export const registrationInviteUsesMax = 1000;

/** Most messages of a deleted user that go in one step, and most rooms that they leave in one. */
export const eraseAtOnceMax = 200;
export const leaveAtOnceMax = 5;

/** Most messages in one page. */
export const pageSizeMax = 200;
/** Messages in a page when the request does not say. */
export const pageSizeDefault = 50;
