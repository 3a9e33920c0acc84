import { err, ok, type Result } from 'neverthrow';
import { malformed, type Attempt } from '../error/attempt-error.js';
import type { SmbError } from '../error/smb-error.js';
import { Status } from '../status/status.js';
import { statusError } from '../status/status-error.js';
import { Command } from '../wire/command.js';
import { Dialect } from '../wire/dialect.js';
import { PREVIOUS_FILE } from '../wire/file-id.js';
import { ControlCode, decodeIoctlResponse, encodeIoctlRequest } from '../wire/ioctl.js';
import {
  decodeValidateNegotiate,
  encodeValidateNegotiate,
  VALIDATE_NEGOTIATE_SIZE,
} from '../wire/validate-negotiate.js';
import { faultError, insecureFault } from './fault.js';
import type { Negotiated } from './negotiate.js';
import type { Tree } from './tree.js';

const ATTEMPT: Attempt = { operation: 'check what was agreed on' };

/** What servers from before the check answer; they sign it, and nobody else can. */
const NOT_KNOWN: readonly number[] = [Status.fileClosed, Status.notSupported, Status.invalidDeviceRequest];

/**
 * Asks the server, signed, whether it was asked and has answered what came through in NEGOTIATE (MS-SMB2 3.2.5.5):
 * whether somebody on the way has talked both sides down. 3.1.1 has its hash for that, and a session without a key
 * has no way.
 */
export async function validateNegotiation(
  tree: Tree,
  negotiated: Negotiated,
): Promise<Result<null, SmbError>> {
  const { signer } = tree.connection.protection;
  if (negotiated.dialect === Dialect.smb311 || signer === null) return ok(null);
  const input = encodeValidateNegotiate(negotiated.request);
  const body = encodeIoctlRequest({
    controlCode: ControlCode.validateNegotiateInfo,
    fileId: PREVIOUS_FILE,
    input,
    maxOutput: VALIDATE_NEGOTIATE_SIZE,
  });
  const answered = await tree.request(
    { command: Command.ioctl, body, answerSize: VALIDATE_NEGOTIATE_SIZE },
    { attempt: ATTEMPT, sign: true },
  );
  return answered.andThen(({ header, message }) => {
    if (NOT_KNOWN.includes(header.status)) return ok(null);
    if (header.status !== Status.success) return err(statusError(ATTEMPT, header.status));
    return decodeIoctlResponse(message)
      .andThen(({ output }) => decodeValidateNegotiate(output))
      .mapErr((fault) => malformed(ATTEMPT, fault))
      .andThen((confirmed) => {
        const { response } = negotiated;
        const same =
          confirmed.dialect === response.dialect &&
          confirmed.capabilities === response.capabilities &&
          confirmed.securityMode === response.securityMode &&
          confirmed.serverGuid.equals(response.serverGuid);
        return same
          ? ok(null)
          : err(faultError(ATTEMPT, insecureFault('what was agreed on was changed on the way')));
      });
  });
}
