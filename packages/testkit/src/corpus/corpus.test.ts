import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentBytes } from './content.js';
import { corpusBytes, type CorpusPlan } from './corpus-plan.js';
import { demoCorpus } from './demo-corpus.js';
import { generateCorpus } from './generate-corpus.js';
import { lineSizes } from './log-lines.js';
import { projectFolderName } from './project-folder-name.js';

const BASE = Date.UTC(2026, 7, 1);
const small = (seed: number) =>
  generateCorpus({ seed, projects: 3, sessions: 12, bytes: 3_000_000, baseTime: BASE });

function digestOf(plan: CorpusPlan): string {
  const hash = createHash('sha256');
  for (const file of plan.files)
    hash.update(file.path).update(String(file.mtime)).update(contentBytes(file.content));
  return hash.digest('hex');
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

describe('a corpus', () => {
  it('is the same for the same seed and another for another', () => {
    expect(digestOf(small(1))).toBe(digestOf(small(1)));
    expect(digestOf(small(1))).not.toBe(digestOf(small(2)));
  });

  it('gives every path once', () => {
    const { files } = small(3);
    expect(new Set(files.map((file) => file.path)).size).toBe(files.length);
  });

  it('hits the benchmark’s size: 5,000 files of 1 GiB within 5 %', () => {
    const plan = generateCorpus({ seed: 1, projects: 40, files: 5000, bytes: 1 << 30, baseTime: BASE });
    expect(plan.files.length).toBe(5000);
    expect(Math.abs(corpusBytes(plan) / (1 << 30) - 1)).toBeLessThan(0.05);
  });

  it('has the shape seen in the wild', () => {
    const { files } = generateCorpus({ seed: 5, projects: 20, sessions: 2000, baseTime: BASE });
    const of = (kind: string) => files.filter((file) => file.content.kind === kind);
    expect(of('session').length).toBe(2000);
    expect(median(of('session').map((file) => file.content.lines))).toBeGreaterThan(105);
    expect(median(of('session').map((file) => file.content.lines))).toBeLessThan(135);
    expect(of('subagent').length / 2000).toBeGreaterThan(7.5);
    expect(of('subagent').length / 2000).toBeLessThan(10.5);
    const spilling = new Set(of('tool-result').map((file) => file.content.session));
    expect(spilling.size / 2000).toBeGreaterThan(0.12);
    expect(spilling.size / 2000).toBeLessThan(0.18);
    expect(of('index').length).toBe(20);
    expect(of('lock').length).toBeGreaterThan(0);
  });

  it('has lines of the sizes seen in the wild', () => {
    const sizes = [...lineSizes(9, 200_000)];
    expect(median(sizes)).toBeGreaterThan(1150);
    expect(median(sizes)).toBeLessThan(1250);
    const share = (low: number, high: number) =>
      sizes.filter((size) => size > low && size <= high).length / sizes.length;
    expect(share(50_000, 200_000)).toBeGreaterThan(0.0025);
    expect(share(50_000, 200_000)).toBeLessThan(0.0035);
    expect(share(200_000, 6_000_000)).toBeGreaterThan(0.0001);
    expect(share(200_000, 6_000_000)).toBeLessThan(0.0003);
  });

  it('is JSON in every line, chained by uuid, and exactly as long as planned', () => {
    for (const { content, path } of small(4).files) {
      const bytes = contentBytes(content);
      expect(bytes.length, path).toBe(content.size);
      if (content.lines === 0) continue;
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      expect(text.endsWith('\n')).toBe(true);
      const lines = text
        .slice(0, -1)
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines.length).toBe(content.lines);
      let parent: unknown = null;
      for (const line of lines) {
        expect(line['sessionId']).toBe(content.session);
        if (line['uuid'] === undefined) continue;
        expect(line).toMatchObject({ cwd: content.cwd, parentUuid: parent });
        expect(line['uuid']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(['user', 'assistant']).toContain(line['type']);
        parent = line['uuid'];
      }
    }
  });

  it('has times in steps of 1/64 s, none after the base', () => {
    for (const { mtime } of small(6).files) {
      expect(mtime % 15_625_000n).toBe(0n);
      expect(mtime).toBeLessThanOrEqual(BigInt(BASE) * 1_000_000n);
    }
  });
});

it('has a demo of three projects, two dozen files, less than 2 MB', () => {
  const plan = demoCorpus(BASE);
  expect(plan.projects.length).toBe(3);
  expect(plan.files.length).toBe(26);
  expect(corpusBytes(plan)).toBeLessThan(2_000_000);
  expect(corpusBytes(plan)).toBeGreaterThan(1_000_000);
  const projects = new Set(
    plan.files.filter((file) => file.content.kind === 'session').map((file) => file.content.cwd),
  );
  expect(projects.size).toBe(3);
  const kinds = new Set(plan.files.map((file) => file.content.kind));
  expect([...kinds]).toEqual(expect.arrayContaining(['session', 'subagent', 'tool-result', 'memory']));
});

it('names project folders as Claude Code does', () => {
  expect(projectFolderName('/Users/anna.k/dev/my_app.v2')).toBe('-Users-anna-k-dev-my-app-v2');
  expect(projectFolderName('/tmp/cafe\u0301')).toBe('-tmp-caf-');
  expect(projectFolderName('/tmp/\u{1f600}')).toBe('-tmp---');
  const long = projectFolderName(`/${'x'.repeat(300)}`);
  expect(long).toMatch(/^-x{199}-[0-9a-z]+$/);
});
