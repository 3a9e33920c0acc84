import type { KeepError } from '@sessionkeep/core';
import type { Column } from '../render/table.js';
import type { Sink } from '../render/sink.js';
import { clip, pad, textWidth } from '../render/text-width.js';
import { jsonLine } from './json-line.js';

export interface DataColumn extends Column {
  /** At least so wide, so that tables between headings look alike. */
  readonly least?: number;
}

export interface DataOutputOptions {
  readonly json: boolean;
  /** How the cells of rows are lined up; the last one is as long as it is. */
  readonly columns: readonly DataColumn[];
  /** Cut rows to so many columns, in the middle of their last cell; without it nothing is cut. */
  readonly width?: number;
}

/** Rows whose widths are found out before the first is written: the table of a million lines is never held. */
const BATCH = 1000;
/** Characters sent at once. */
const PIECE = 64 * 1024;

/**
 * The data that a command was asked for, on its way to stdout at the pace of whoever reads: lines and lined-up rows for people,
 * objects for programs. Every method answers false once nothing more is wanted: the reader has gone, or nothing can be written.
 */
export class DataOutput {
  /** Why nothing can be written. */
  failure: KeepError | null = null;
  #open = true;
  #rows: (readonly string[])[] = [];
  #text = '';
  readonly #widths: number[];

  constructor(
    private readonly sink: Sink,
    private readonly options: DataOutputOptions,
  ) {
    this.#widths = options.columns.map(({ least = 0 }) => least);
  }

  /** One thing: a row of safe texts for people, `fields` for programs. */
  async row(cells: () => readonly string[], fields: () => object): Promise<boolean> {
    if (this.options.json) return this.#add(jsonLine(fields()));
    this.#rows.push(cells());
    return this.#rows.length < BATCH ? this.#open : this.#lineUp();
  }

  /** An object that only programs need: sums, which people see in a line. */
  async object(fields: object): Promise<boolean> {
    return this.options.json ? this.#add(jsonLine(fields)) : this.#open;
  }

  /** A row that only people need: titles. */
  async titles(cells: readonly string[]): Promise<boolean> {
    if (!this.options.json) this.#rows.push(cells);
    return this.#open;
  }

  /** A line that only people need. */
  async line(text: string): Promise<boolean> {
    if (this.options.json) return this.#open;
    await this.#lineUp();
    return this.#add(text);
  }

  /** Sends what waits. */
  async end(): Promise<boolean> {
    await this.#lineUp();
    return this.#send();
  }

  async #lineUp(): Promise<boolean> {
    const { columns, width = Infinity } = this.options;
    for (const row of this.#rows)
      for (const [at, cell] of row.entries())
        this.#widths[at] = Math.max(this.#widths[at] ?? 0, textWidth(cell));
    const used = columns.flatMap((column, at) => (this.#widths[at] === 0 ? [] : [{ ...column, at }]));
    const last = used.pop();
    const before = used.reduce((sum, { at }) => sum + (this.#widths[at] ?? 0) + 2, 0);
    for (const row of this.#rows) {
      const cells = used.map(({ align, at }) => pad(row[at] ?? '', this.#widths[at] ?? 0, align));
      const end = last === undefined ? '' : (row[last.at] ?? '');
      // A name of which next to nothing would be left is not cut at all: the terminal breaks the line.
      cells.push(width - before < NARROWEST ? end : clip(end, width - before));
      await this.#add(cells.join('  ').trimEnd());
    }
    this.#rows = [];
    return this.#open;
  }

  async #add(line: string): Promise<boolean> {
    if (!this.#open) return false;
    this.#text += `${line}\n`;
    return this.#text.length < PIECE ? true : this.#send();
  }

  async #send(): Promise<boolean> {
    const text = this.#text;
    this.#text = '';
    if (!this.#open || text === '') return this.#open;
    const sent = await this.sink.send(text);
    this.failure = sent.isErr() ? sent.error : null;
    this.#open = sent.isOk() && sent.value;
    return this.#open;
  }
}

const NARROWEST = 16;
