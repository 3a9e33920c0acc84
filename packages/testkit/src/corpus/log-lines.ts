import type { ContentSpec } from './corpus-plan.js';
import { proseBytes, TASKS } from './prose.js';
import { createRandom, type Random } from './random.js';

/** Every line is at least this long, so that the shortest kind of line fits. */
const SHORTEST = 192;
const LONGEST = 5 << 20;
const BUFFER = LONGEST + (1 << 20);

/** The sizes of a log's lines, newlines included, as they are seen in the wild. */
export function* lineSizes(seed: number, lines: number): Generator<number> {
  const random = createRandom(seed).fork(1);
  for (let index = 0; index < lines; index++) yield lineSize(random);
}

/** The size of such a log. */
export function logSize(seed: number, lines: number): number {
  let sum = 0;
  for (const size of lineSizes(seed, lines)) sum += size;
  return sum;
}

function lineSize(random: Random): number {
  const chance = random.unit();
  const drawn = random.lognormal(1200, 1.5);
  if (chance < 0.0002) return random.between(1_000_000, LONGEST);
  if (chance < 0.0032) return random.between(50_000, 200_000);
  return Math.round(Math.min(50_000, Math.max(SHORTEST, drawn)));
}

/** The bytes of a log. A chunk is the caller's only until it asks for the next. */
export function* logChunks(spec: ContentSpec): Generator<Buffer> {
  const random = createRandom(spec.seed).fork(2);
  const prose = proseBytes();
  const template = new LineTemplate(spec, random);
  const buffer = Buffer.allocUnsafe(Math.min(BUFFER, spec.size));
  let used = 0;
  let index = 0;
  for (const size of lineSizes(spec.seed, spec.lines)) {
    if (used + size > buffer.length) {
      yield buffer.subarray(0, used);
      used = 0;
    }
    const [head, tail] = template.next(index++, size - 1);
    const end = used + size;
    used += buffer.write(head, used);
    const tailBytes = Buffer.byteLength(tail) + 1;
    const filler = end - used - tailBytes;
    // Back to where a sentence begins, so that titles and prompts read well.
    const stop = prose.lastIndexOf('. ', random.between(2, prose.length - filler - 1) - 2);
    const from = stop < 0 ? 0 : stop + 2;
    used += prose.copy(buffer, used, from, from + filler);
    used += buffer.write(tail, used);
    buffer[used++] = 0x0a;
  }
  if (used > 0) yield buffer.subarray(0, used);
}

/** What stands before and after the prose of each line. */
class LineTemplate {
  private readonly common: string;
  private readonly session: string;
  private readonly task: readonly [prompt: string, title: string];
  private parent: string | null;
  private tool = '';
  private time: number;

  constructor(
    spec: ContentSpec,
    private readonly random: Random,
  ) {
    this.task = random.pick(TASKS);
    this.parent = spec.opens ? null : uuidFrom(random);
    this.time = spec.start;
    this.session = `"sessionId":"${spec.session}"`;
    const side = spec.kind === 'subagent';
    const branch = random.pick(['main', 'main', 'feature/export', 'fix/rounding']);
    this.common =
      `"isSidechain":${String(side)},"userType":"external","cwd":${JSON.stringify(spec.cwd)},${this.session},` +
      `"version":"2.1.${String(random.between(10, 90))}","gitBranch":"${branch}",`;
  }

  /** Both parts together are at most `room` bytes long. */
  next(index: number, room: number): readonly [head: string, tail: string] {
    this.time += this.random.between(200, 30_000);
    const short = this.short(index);
    const parent = this.parent === null ? 'null' : `"${this.parent}"`;
    const uuid = uuidFrom(this.random);
    const head = `{"parentUuid":${parent},${this.common}`;
    const tail = `,"uuid":"${uuid}","timestamp":"${new Date(this.time).toISOString()}"}`;
    const [before, after] = this.body(index);
    const whole: readonly [string, string] = [head + before, after + tail];
    if (Buffer.byteLength(whole[0]) + Buffer.byteLength(whole[1]) > room) return short;
    this.parent = uuid;
    return whole;
  }

  private body(index: number): readonly [string, string] {
    if (this.parent === null) {
      return [`"type":"user","message":{"role":"user","content":"${this.task[0]}\\n\\n`, '"}'];
    }
    const start =
      '"type":"assistant","message":{"model":"claude-opus-4-6","type":"message","role":"assistant",';
    const used = `"usage":{"input_tokens":${String(this.random.between(3, 900))},"output_tokens":${String(this.random.between(5, 2000))}}`;
    switch (index % 3) {
      case 1:
        return [
          `${start}"id":"msg_${hex(this.random, 3)}","content":[{"type":"text","text":"`,
          `"}],${used}}`,
        ];
      case 2:
        this.tool = `toolu_${hex(this.random, 3)}`;
        return [
          `${start}"id":"msg_${hex(this.random, 3)}","content":[{"type":"tool_use","id":"${this.tool}","name":"Bash","input":{"command":"`,
          `"}}],${used}}`,
        ];
      default:
        return [
          `"type":"user","message":{"role":"user","content":[{"tool_use_id":"${this.tool}","type":"tool_result","content":"`,
          '"}]}',
        ];
    }
  }

  /** A bookkeeping line; the prose goes into its text. */
  private short(index: number): readonly [string, string] {
    if (index % 4 === 0)
      return [`{"type":"ai-title","aiTitle":"${this.task[1]}","why":"`, `",${this.session}}`];
    if (index % 4 === 1) return [`{"type":"summary","summary":"${this.task[1]}: `, `",${this.session}}`];
    return ['{"type":"last-prompt","lastPrompt":"', `",${this.session}}`];
  }
}

/** An identifier that looks like a version 4 UUID. */
export function uuidFrom(random: Random): string {
  const all = hex(random, 4);
  const variant = '89ab'.charAt(random.next() >>> 30);
  return `${all.slice(0, 8)}-${all.slice(8, 12)}-4${all.slice(13, 16)}-${variant}${all.slice(17, 20)}-${all.slice(20, 32)}`;
}

/** Eight hexadecimal digits a word. */
export function hex(random: Random, words: number): string {
  let text = '';
  for (let index = 0; index < words; index++) text += random.next().toString(16).padStart(8, '0');
  return text;
}
