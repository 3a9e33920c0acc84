/**
 * Ends a test where something is missing here: as skipped, with the reason. Under `CI=true` it fails instead, so that no run passes
 * by leaving tests out.
 *
 * @param obstacle what is missing, in words; null when nothing is
 */
export function need(context: { skip(note?: string): void }, obstacle: string | null): void {
  if (obstacle === null) return;
  if (process.env['CI'] === 'true') throw new Error(`cannot be tested here: ${obstacle}`);
  context.skip(obstacle);
}
