/**
 * Commands: all that can be asked of the rules, and what each gives back.
 *
 * @module
 */
import type { ClientsRevoked, ResetPassword, RevokeClients } from "./rules/account_rescue.ts";
import type { BanUser, UnbanUser, UserBanned } from "./rules/banning.ts";
import type { DeleteMessage } from "./rules/deleting.ts";
import type { DismissReports, ReportsDismissed } from "./rules/dismissing.ts";
import type { AddFile, FileAdded } from "./rules/files.ts";
import type { AnswerInvitation, InvitationAnswered, Invite, Invited } from "./rules/invitations.ts";
import type { AnswerRequest, Join, JoinAsked, RequestAnswered } from "./rules/join_requests.ts";
import type { CreateLink, LinkCreated, RevokeLink } from "./rules/links.ts";
import type { RemoveMember } from "./rules/membership.ts";
import type { ChangeProfile, ProfileChanged } from "./rules/profile.ts";
import type { MarkRead, ReadMarked } from "./rules/reading.ts";
import type { Register, Registered } from "./rules/registration.ts";
import type {
  InvitedToRegister,
  InviteToRegister,
  RevokeRegistrationInvite,
} from "./rules/registration_invites.ts";
import type { ReportUser, UserReported } from "./rules/reporting.ts";
import type { RoleSet, SetRole } from "./rules/roles.ts";
import type { ChangeRoom, CreateRoom, DeleteRoom, RoomOutcome } from "./rules/rooms.ts";
import type {
  CancelScheduled,
  ChangeScheduled,
  Schedule,
  ScheduledOutcome,
  SendScheduled,
} from "./rules/scheduling.ts";
import type { Send, Sent } from "./rules/sending.ts";
import type { IssueToken, RevokeToken, TokenIssued, TouchTokens } from "./rules/tokens.ts";
import type { DeleteUser, EraseUser, UserDeleted } from "./rules/users.ts";

interface Exchange<C, O> {
  readonly command: C;
  readonly outcome: O;
}

/** Every command by its type. */
export interface Exchanges {
  readonly "register": Exchange<Register, Registered>;
  readonly "token.issue": Exchange<IssueToken, TokenIssued>;
  readonly "token.revoke": Exchange<RevokeToken, null>;
  readonly "token.touch": Exchange<TouchTokens, null>;
  readonly "profile.change": Exchange<ChangeProfile, ProfileChanged>;
  readonly "send": Exchange<Send, Sent>;
  readonly "message.delete": Exchange<DeleteMessage, null>;
  readonly "read": Exchange<MarkRead, ReadMarked>;
  readonly "schedule": Exchange<Schedule, ScheduledOutcome>;
  readonly "scheduled.change": Exchange<ChangeScheduled, ScheduledOutcome>;
  readonly "scheduled.cancel": Exchange<CancelScheduled, null>;
  readonly "scheduled.send": Exchange<SendScheduled, null>;
  readonly "report": Exchange<ReportUser, UserReported>;
  readonly "file.add": Exchange<AddFile, FileAdded>;
  readonly "room.create": Exchange<CreateRoom, RoomOutcome>;
  readonly "room.change": Exchange<ChangeRoom, RoomOutcome>;
  readonly "room.delete": Exchange<DeleteRoom, null>;
  readonly "invite": Exchange<Invite, Invited>;
  readonly "invitation.answer": Exchange<AnswerInvitation, InvitationAnswered>;
  readonly "link.create": Exchange<CreateLink, LinkCreated>;
  readonly "link.revoke": Exchange<RevokeLink, null>;
  readonly "join": Exchange<Join, JoinAsked>;
  readonly "request.answer": Exchange<AnswerRequest, RequestAnswered>;
  readonly "member.remove": Exchange<RemoveMember, null>;
  readonly "user.ban": Exchange<BanUser, UserBanned>;
  readonly "user.unban": Exchange<UnbanUser, null>;
  readonly "reports.dismiss": Exchange<DismissReports, ReportsDismissed>;
  readonly "role.set": Exchange<SetRole, RoleSet>;
  readonly "user.delete": Exchange<DeleteUser, UserDeleted>;
  readonly "user.erase": Exchange<EraseUser, null>;
  readonly "password.reset": Exchange<ResetPassword, ClientsRevoked>;
  readonly "clients.revoke": Exchange<RevokeClients, ClientsRevoked>;
  readonly "registration.invite": Exchange<InviteToRegister, InvitedToRegister>;
  readonly "registration.revoke": Exchange<RevokeRegistrationInvite, null>;
}

export type CommandType = keyof Exchanges;
export type Command = Exchanges[CommandType]["command"];
export type OutcomeOf<C extends Command> = Exchanges[C["type"]]["outcome"];
