import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultRelease, offeredPythons } from '../../src/catalog/releases.ts';
import { questionNames, questions } from '../../src/model/questions.ts';
import { splitKeys } from '../../src/terminal/keys.ts';
import { wrap } from '../../src/terminal/wrap.ts';
import { askedAfter, askedBut } from '../answers.ts';
import { scratch, treeOf } from '../commands/process.ts';
import { endAll, key, Terminal } from './terminal.ts';

describe('a session of questions', function () {
  this.timeout(30_000);
  const folder = scratch();
  afterEach(endAll);
  const empty = () => mkdtempSync(join(folder, 'd-'));
  const pyproject = (cwd: string) => readFileSync(join(cwd, 'hello/pyproject.toml'), 'utf8');

  it('loses no key of what is pasted at once, and takes list entries back', async () => {
    const cwd = empty();
    const terminal = new Terminal(['hello'], cwd);
    await terminal.until('Name of the project');
    // The defaults, three packages in lines, as from a file; the second is taken back.
    const before = askedBut().indexOf('packages');
    terminal.type(`${key.enter.repeat(before)}requests\r\nredis\r\npandas\r\n`);
    await terminal.until('[requests, redis, pandas]');
    terminal.type(key.down + key.down + key.enter);
    await terminal.until('[requests, pandas]');
    terminal.type('requests>=2\rrequests>=2\r');
    await terminal.until('[requests>=2, pandas]: requests>=2');
    terminal.type(key.enter + key.enter.repeat(askedAfter('packages').length));
    await terminal.until(/Change packages +requests>=2 \(2\.\d+\.\d+\), pandas \(2\.\d/);
    terminal.type(key.enter);
    assert.equal(await terminal.end(), 0, terminal.text);
    assert.match(pyproject(cwd), /"gunicorn",\n {4}"pandas",\n {4}"requests>=2",\n\]/);
  });

  it('suggests the package that was meant, and says what nixpkgs has of one', async () => {
    const cwd = empty();
    const terminal = new Terminal(['hello', '--nixpkgs=26.05', '--python=3.13', '--framework=flask'], cwd);
    await terminal.until('Name of the project');
    const before = askedBut('nixpkgs', 'python', 'framework').indexOf('packages');
    terminal.type(`${key.enter.repeat(before)}flaskk\r`);
    await terminal.until(
      /has no package flaskk for python313\. Which one\?\s+❯ flask\s+None: type another name\s+flaskk all/,
    );
    terminal.type(key.down + key.enter);
    await terminal.until('(empty to finish):');
    terminal.type('reqests\r');
    await terminal.until(/has no package reqests .*❯ requests/s);
    terminal.type(key.enter);
    await terminal.until('[requests]');
    terminal.type('redis>=99\r');
    await terminal.until(
      /has redis [\d.]+, which "redis>=99" does not allow\. Which one\?\s+❯ redis, which is [\d.]+ there/,
    );
    terminal.type(key.enter);
    await terminal.until('[requests, redis]');
    terminal.type('asyncio\r');
    await terminal.until(/never|asyncio/);
    terminal.type(key.interrupt);
    assert.equal(await terminal.end(), 130);
    assert.deepEqual(treeOf(cwd), {});
  });

  it('goes back with Escape, keeps all answers, and asks only again for what no longer fits', async () => {
    const cwd = empty();
    const terminal = new Terminal(['hello'], cwd);
    await terminal.until('Name of the project');
    terminal.type(`hello\r\r`);
    await terminal.until('Version of Python');
    const pythons = offeredPythons(defaultRelease(new Date()));
    const newest = pythons.at(-1)?.name.replace('.', '\\.');
    const ups = pythons.length - 1 - pythons.findIndex(({ isDefault }) => isDefault);
    terminal.type(key.up.repeat(ups) + key.enter);
    await terminal.until('Source of the pip packages');
    terminal.type(key.escape);
    await terminal.until(new RegExp(`Version of Python:.*❯ ${newest}`, 's'));
    terminal.type(key.escape);
    await terminal.until('Revision of nixpkgs');
    terminal.type('file:///nowhere/nixpkgs.tar.gz\r');
    await terminal.until(/error: .*nowhere/s);
    await terminal.until('Revision of nixpkgs');
    terminal.type('\r');
    await terminal.until('Source of the pip packages');
    terminal.type(key.enter.repeat(askedAfter('python').length));
    await terminal.until(new RegExp(`Is everything right\\?.*❯ Yes.*Change Python +${newest}`, 's'));
    // The second entry.
    terminal.type(key.down + key.down + key.enter);
    await terminal.until('Revision of nixpkgs');
    terminal.type('24.05\r');
    // It has neither that Python nor Bazel 8. Everything else stays.
    await terminal.until(/Version of Python:.*❯ 3\.11 \(default\)/s);
    terminal.type('\r');
    await terminal.answer('Version of Bazel', '\r');
    await terminal.until(/Change nixpkgs +24\.05 \(\d+ \w+ 20\d\d\)/);
    terminal.type(key.enter);
    assert.equal(await terminal.end(), 0, terminal.text);
    assert.match(pyproject(cwd), /==3\.11\.\*/);
  });

  it('asks for another name, if a package has it, and stops at the last look', async () => {
    const cwd = empty();
    const terminal = new Terminal(['x', '--packages=requests', '--nixpkgs=26.05', '--python=3.13'], cwd);
    const others = askedAfter('name', 'packages', 'nixpkgs', 'python').length;
    await terminal.answer('Name of the project', `requests\r${key.enter.repeat(others)}`);
    await terminal.until('Given: nixpkgs 26.05');
    await terminal.answer('Is everything right?', key.enter);
    await terminal.until(/error: .*requests\.py would shadow the package requests/);
    await terminal.answer('Is everything right?', key.up + key.enter);
    assert.equal(await terminal.end(), 1, terminal.text);
    assert.match(terminal.text, /Stopped\. Nothing was written\./);
    assert.deepEqual(treeOf(cwd), {});
  });

  it('wraps at words at 40 columns, and says in a dim line what each answer is for', async () => {
    const cwd = empty();
    const terminal = new Terminal([], cwd, {}, { columns: 40 });
    await terminal.answer('Name of the project', 'hello\r');
    await terminal.until('select');
    const lines = (await terminal.screen()).map(line => line.trim()).filter(Boolean);
    const text = lines.join(' ');
    assert.ok(text.includes(questions.nixpkgs.purpose), text);
    assert.ok(!text.includes(questions.name.purpose), 'it goes once there is an answer');
    for (const line of lines) assert.ok(line.length <= 40);
    // No word was cut by the edge of the screen.
    const words = new Set(text.split(' '));
    for (const word of questions.nixpkgs.purpose.split(' ')) assert.ok(words.has(word), word);
    terminal.type(key.interrupt);
    await terminal.end();
  });
});

describe('answers at 40 columns', function () {
  this.timeout(30_000);
  const folder = scratch();
  afterEach(endAll);

  it('are in whole words behind their questions, as are the keys', async () => {
    const terminal = new Terminal(['hello', '--nixpkgs=26.05', '--bazel=8'], folder, {}, { columns: 40 });
    await terminal.until('Name of the project');
    const asked = askedBut('nixpkgs', 'bazel');
    terminal.type(key.enter.repeat(asked.indexOf('packages')));
    await terminal.until('Add a pip package');
    const words = async () => (await terminal.screen()).join(' ').split(/\s+/).join(' ');
    assert.match(await words(), /Source of the pip packages: nixpkgs \(default\) /);
    terminal.type('djngo\r');
    await terminal.until('Which one?');
    assert.match(await words(), /Add a pip package \(empty to finish\): djngo /);
    terminal.type(`${key.down}\r${key.enter.repeat(asked.indexOf('ci') - asked.indexOf('packages'))}`);
    await terminal.until(/Continuous integration,.*submit/s);
    assert.match(await words(), /• i invert • ⏎ submit/);
    terminal.type(key.interrupt);
    await terminal.end();
  });

  it('offer the release that was meant', async () => {
    const terminal = new Terminal(['hello'], folder, {}, { columns: 40 });
    await terminal.answer('Name of the project', key.enter);
    await terminal.until('Revision of nixpkgs');
    terminal.type('25.5');
    await terminal.until(/: 25\.5\s+❯ 25\.05 \(end of life\)/);
    terminal.type(key.enter);
    await terminal.until(/✔ Revision of nixpkgs: 25\.05/);
    terminal.type(key.interrupt);
    await terminal.end();
  });
});

describe('what every question says', () => {
  for (const name of questionNames) {
    it(`${name}: a sentence on what it is for`, () => assert.match(questions[name].purpose, /^[^]{20,130}\.$/));
  }
});

describe('keys', () => {
  it('are split as terminals send them, and the beginning of one waits for its end', () => {
    assert.deepEqual(splitKeys('aé\r\n\u001b[A\u001bOB\u001b[3~\u001bf🙂'), {
      keys: ['a', 'é', '\r', '\u001b[A', '\u001bOB', '\u001b[3~', '\u001bf', '🙂'],
      rest: '',
    });
    assert.deepEqual(splitKeys('x\u001b[1;'), { keys: ['x'], rest: '\u001b[1;' });
    assert.deepEqual(splitKeys('\u001b\u001b'), { keys: ['\u001b'], rest: '\u001b' });
  });
});

describe('wrapped prose', () => {
  const text =
    'error: one two three four five six seven eight: nix-python-container update hello --python 3.12. Or so.';
  for (const columns of [40, 60, 80, 120]) {
    it(`keeps words and commands whole at ${columns} columns`, () => {
      const wrapped = wrap(text, columns, 7);
      assert.equal(wrapped.replaceAll(/\n +/g, ' '), text);
      assert.match(wrapped, /nix-python-container update hello --python 3\.12/);
      for (const line of wrapped.split('\n').filter(each => !each.includes('update'))) {
        assert.ok(line.length <= columns, line);
      }
    });
  }

  it('keeps the blanks that lines begin with', () => {
    assert.equal(wrap('a:\n  b  c', 40, 2), 'a:\n    b  c');
  });
});
