/**
 * The shapes of everything on the wire: requests, answers and events.
 *
 * They validate, type both sides, and describe the API.
 *
 * @module
 */
export * from "./schemas/answers.ts";
export * from "./schemas/events.ts";
export * from "./schemas/fields.ts";
export * from "./schemas/moderation.ts";
export * from "./schemas/requests.ts";
