/**
 * An HTTP/1.1 server over sockets: what the rest of the program may use of it.
 *
 * @module
 */
export {
  clearStaleSocket,
  type Endpoint,
  EndpointError,
  endpointText,
  type UnixEndpoint,
} from "./endpoints.ts";
export { BodyTooLarge, ProtocolError, type ProtocolErrorCode } from "./protocol/events.ts";
export type { Handler, Peer, Request, RequestBody, Response, ResponseStream } from "./exchange.ts";
export { FieldLines } from "./protocol/headers.ts";
export { defaultHttpLimits, type HttpLimits } from "./limits.ts";
export { type HttpListener, listen, type ListenerOptions } from "./listener.ts";
export { type ServerSentEvent, sseEvent } from "./protocol/sse.ts";
export { type TlsKeyPair, TlsKeyPairError } from "./tls/tls_door.ts";
export { fixedHeaders, type HeaderList } from "./protocol/writers.ts";
