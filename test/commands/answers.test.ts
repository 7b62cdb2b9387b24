import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answers, questionNames, questions } from '../../src/model/questions.ts';
import { needs } from '../needs.ts';
import { command, scratch, treeOf } from './process.ts';
import { standInResolver } from './resolver.ts';

/** An answer to each question, none of them the default. A new question needs one here. */
const answers: Readonly<Record<keyof Answers, string>> = {
  name: 'shop',
  nixpkgs: '25.05',
  python: '3.12',
  packagesFrom: 'pypi',
  framework: 'fastapi',
  app: 'shop.web:create_app()',
  packages: 'redis',
  bazel: '7',
  remoteCache: 'grpcs://cache.example.com',
  ci: 'gitlab',
  platforms: 'arm64',
  sign: 'keyless',
  scan: 'high',
  deploy: 'compose',
  database: 'postgresql',
  quality: 'checks',
  git: '',
};

/** Those that are stored as lists. */
const lists: ReadonlySet<string> = new Set(questionNames.filter(name => questions[name].prompt === 'checkbox'));

describe('the answers of a project', () => {
  const folder = scratch();
  const cwd = join(folder, 'shop');
  const stored = (): Record<string, unknown> =>
    JSON.parse(readFileSync(join(cwd, '.yo-rc.json'), 'utf8'))['generator-nix-python-container'].answers;
  const kept = questionNames.filter(name => ['always', 'if-set'].includes(questions[name].storage));
  const expected = Object.fromEntries(kept.map(name => [name, lists.has(name) ? [answers[name]] : answers[name]]));

  let env: Record<string, string>;

  before(needs('python3'));
  before(async () => {
    const resolver = standInResolver(join(folder, 'stand-ins'));
    resolver.index({ fastapi: ['1'], httpx: ['1'], redis: ['5'], requests: ['2'], uvicorn: ['1'] });
    ({ env } = resolver);
    // A new project has an app that is generated; one with code of its own has the place of that in addition.
    const flags = questionNames
      .filter(name => name !== 'app')
      .map(name => (answers[name] === '' ? `--${questions[name].flag}` : `--${questions[name].flag}=${answers[name]}`));
    const { code, stderr } = await command(['new', 'shop', '--yes', ...flags], { cwd: folder });
    assert.equal(code, 0, stderr);
    const file = join(cwd, '.yo-rc.json');
    const text = readFileSync(file, 'utf8').replace(
      '"framework"',
      `"app": ${JSON.stringify(answers.app)}, "framework"`,
    );
    writeFileSync(file, text);
  });

  it('are stored where their questions say so', () => assert.deepEqual(stored(), expected));

  for (const args of [
    ['lock'],
    ['service', 'worker'],
    ['update', '--force'],
    ['add', 'requests'],
    ['new', '.', '--yes'],
  ]) {
    it(`survive ${args[0]}`, async () => {
      const { code, stderr } = await command(args, { cwd, env });
      assert.equal(code, 0, stderr);
      assert.deepEqual(stored(), expected);
    });
  }

  it('give the same files from an answers file', async () => {
    const before = treeOf(cwd);
    assert.equal((await command(['update', '--force'], { cwd })).code, 0);
    assert.deepEqual(treeOf(cwd), before);
    assert.match(readFileSync(join(cwd, '.bazelrc'), 'utf8'), /grpcs:\/\/cache\.example\.com/);
  });
});
