// Times whole processes from start to exit. Each round runs every row once, and begins with another row.
import { spawnSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import pty from '@lydell/node-pty';
import { user } from './fixture.mjs';

/** Measures rows: for each, the milliseconds of all rounds, and its peak memory in kB. */
export async function measure(rows, rounds, bench, onRound = () => {}) {
  const results = rows.map(row => ({ ...row, times: [], memory: undefined }));
  for (const row of results) row.memory = memoryOf(row, bench);
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < results.length; at++) {
      const row = results[(at + round) % results.length];
      row.times[round] = await timeOf(row, bench);
    }
    onRound(round);
  }
  return results;
}

function placeOf({ asUser, copyOf, path }, { place }) {
  const [home, cwd] = asUser ? [place('home-of-user'), place('work-of-user')] : [place('home'), place('work')];
  rmSync(cwd, { recursive: true, force: true });
  if (copyOf) cpSync(copyOf, cwd, { recursive: true });
  else mkdirSync(cwd);
  if (asUser && user.uid) chownSync(cwd, user.uid, user.gid);
  const env = { PATH: path ?? process.env.PATH, HOME: home, NO_UPDATE_NOTIFIER: '1', NODE_NO_WARNINGS: '1' };
  return { cwd, env, ...(asUser ? user : {}) };
}

async function timeOf(row, bench) {
  const { program = process.execPath, args, until, name } = row;
  const place = placeOf(row, bench);
  if (until) return untilShown(program, args, place, until);
  const start = process.hrtime.bigint();
  const { status, error } = spawnSync(program, args, { ...place, stdio: 'ignore' });
  const time = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw error ?? new Error(`${name} ended with ${status}`);
  return time;
}

/** The milliseconds until a text shows on a pseudo-terminal. */
function untilShown(program, args, place, text) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = pty.spawn(program, args, {
      ...place,
      env: { ...place.env, TERM: 'xterm-256color' },
      cols: 120,
      rows: 40,
    });
    let seen = '';
    let time;
    child.onData(data => {
      seen += data;
      if (time !== undefined || !stripVTControlCharacters(seen).includes(text)) return;
      time = Number(process.hrtime.bigint() - start) / 1e6;
      child.kill('SIGKILL');
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
    child.onExit(() => {
      clearTimeout(timer);
      if (time === undefined) reject(new Error(`never showed ${text}: ${seen}`));
      else resolve(time);
    });
  });
}

const measurer = '/usr/bin/time';

/** The peak resident memory of one run in kB, or undefined where GNU time is not installed. */
function memoryOf(row, bench) {
  if (row.until || !existsSync(measurer)) return undefined;
  const place = placeOf(row, bench);
  const report = join(place.cwd, '.memory');
  const args = ['-o', report, '-f', '%M', row.program ?? process.execPath, ...row.args];
  const { status } = spawnSync(measurer, args, { ...place, stdio: 'ignore' });
  if (status !== 0) throw new Error(`${row.name} ended with ${status}`);
  return Number(readFileSync(report, 'utf8'));
}
