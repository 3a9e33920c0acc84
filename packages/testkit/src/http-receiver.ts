/**
 * An HTTP server on loopback that remembers what it was sent and answers as it is told, or not at all: what pings, webhooks and
 * pushed metrics are tested with.
 *
 * @module
 */
export {
  startHttpReceiver,
  type HttpReceiver,
  type HttpReceiverOptions,
  type ReceivedRequest,
  type ReceiverAnswer,
} from './http-receiver/start-http-receiver.js';
