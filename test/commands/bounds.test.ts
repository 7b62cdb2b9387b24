import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, execute, main, scratch } from './process.ts';

const brackets = (count: number): string => '['.repeat(count) + ']'.repeat(count);

describe('the bounds of the command', function () {
  this.timeout(60_000);
  const cwd = scratch();
  const put = (name: string, text: string): string => {
    writeFileSync(join(cwd, name), text);
    return name;
  };

  for (const [what, given, sentence] of [
    [
      'a value of 3 MB in an answers file',
      () => ['--answers', put('a.json', JSON.stringify({ name: 'x'.repeat(3e6) }))],
      /^error: \S*a\.json: name: "x{80}"… \(3000000 characters\) has more than 64 characters\.$/m,
    ],
    [
      'a key of 3 MB',
      () => ['--answers', put('b.json', JSON.stringify({ ['x'.repeat(3e6)]: 1 }))],
      /unknown key "x{80}"… \(3000000 characters\)\.$/m,
    ],
    [
      'JSON of 100,000 levels in an answers file',
      () => ['--answers', put('c.json', brackets(100_000))],
      /c\.json is not JSON: line 1, column 501: more than 500 levels\.$/m,
    ],
    [
      'a list of 100,000 levels as an answer',
      () => ['--answers', put('d.json', `{"name":${brackets(100_000)}}`)],
      /more than 500 levels\.$/m,
    ],
    [
      'an answers file of 20 MB',
      () => ['--answers', put('e.json', ' '.repeat(2e7))],
      /e\.json cannot be read: it has 20000000 bytes; at most 16000000 are read\.$/m,
    ],
    [
      'a requirements file of blanks, joined to 200 kB',
      () => ['--requirements', put('r.txt', `a${' \\\n'.repeat(66_000)}b\n`)],
      /r\.txt:1: .*not a valid|there|left out/,
    ],
    [
      'a joined line over the limit',
      () => ['--requirements', put('s.txt', `a${'  \\\n'.repeat(66_000)}b\n`)],
      /s\.txt:1: the line has more than 100000 characters, including continuation lines\.$/m,
    ],
    [
      'a pyproject.toml of 100,000 levels',
      () => ['--requirements', put('pyproject.toml', `a = ${brackets(100_000)}\n`)],
      /pyproject\.toml.* has more than 100 levels of brackets\.$/m,
    ],
    [
      'a pyproject.toml of 101 levels',
      () => ['--requirements', put('pyproject.toml', `a = ${brackets(101)}\n`)],
      /has more than 100 levels of brackets\.$/m,
    ],
    [
      'a Pipfile.lock of 100,000 levels',
      () => ['--requirements', put('Pipfile.lock', `{"default":${brackets(100_000)}}`)],
      /more than 500 levels\.$/m,
    ],
    [
      '5,001 packages',
      () => ['--requirements', put('t.txt', Array.from({ length: 5001 }, (_, n) => `p${n}`).join('\n'))],
      /t\.txt: 5001 packages; at most 5000 are read\.$/m,
    ],
    [
      'a limit that is not a number',
      () => ['--max-archive', '2 GB'],
      /--max-archive: "2 GB" is not a whole number of GiB from 1 to 9999\.$/m,
    ],
    [
      'a limit on silence that is none',
      () => ['--max-silence', '0'],
      /--max-silence: "0" is not a whole number of seconds from 1 to 9999\.$/m,
    ],
    ['a branch of 3 kB', () => ['--nixpkgs', 'x'.repeat(3000)], /"x{80}"… \(3000 characters\) is not a release/],
    ['an option of 3 kB', () => [`--${'x'.repeat(3000)}`], /Unknown option: --x{78}… \(3002 characters\)\.$/m],
  ] as const) {
    it(`hold for ${what}: one sentence, exit code 2, nothing written`, async () => {
      const args = [
        'new',
        'made',
        '--yes',
        ...(what.startsWith('a requirements file') ? ['--dry-run'] : []),
        ...given(),
      ];
      const started = performance.now();
      const { code, stderr } = await command(args, { cwd });
      assert.match(stderr, sentence);
      assert.ok(performance.now() - started < 10_000);
      if (code !== 0) assert.equal(code, 2, stderr);
      assert.doesNotMatch(stderr, /Internal error/);
      assert.ok(stderr.split('\n').every(line => line.length < 4200));
      assert.equal(existsSync(join(cwd, 'made')), false);
    });
  }

  it('allow names of folders as long as names can be', async () => {
    for (const name of ['a'.repeat(255), 'é'.repeat(127)]) {
      const { code, stderr } = await command(['new', name, '--name', 'x', '--yes'], { cwd });
      assert.equal(code, 0, stderr);
      assert.ok(existsSync(join(cwd, name, 'flake.nix')));
    }
    const { code, stderr } = await command(['new', 'a'.repeat(256), '--name', 'x', '--yes'], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /its name is too long/);
    assert.deepEqual(
      readdirSync(cwd).filter(name => name.startsWith('.')),
      [],
    );
  });

  it('allow an IPv6 address as a remote cache', async () => {
    const { code, stderr } = await command(['new', 'v6', '--yes', '--remote-cache', 'http://[::1]:80'], { cwd });
    assert.equal(code, 0, stderr);
    assert.match(readFileSync(join(cwd, 'v6/.bazelrc'), 'utf8'), /--remote_cache=http:\/\/\[::1\]:80$/m);
  });

  it('hold in a project: its files are too deep, or too large', async () => {
    const project = join(cwd, 'project');
    assert.equal((await command(['new', 'project', '--yes'], { cwd })).code, 0);
    const before = readFileSync(join(project, 'pyproject.toml'), 'utf8');
    for (const [file, text, sentence] of [
      ['pyproject.toml', `${before}\n[tool.x]\ny = ${brackets(100_000)}\n`, /has more than 100 levels of brackets/],
      ['pyproject.toml', `${before}\n#${'x'.repeat(2e7)}\n`, /pyproject\.toml/],
      ['.yo-rc.json', `{"other":${brackets(100_000)}}`, /more than 500 levels/],
    ] as const) {
      const kept = readFileSync(join(project, file));
      writeFileSync(join(project, file), text);
      const { code, stderr } = await command(['add', 'requests'], { cwd: project });
      assert.match(stderr, sentence);
      assert.doesNotMatch(stderr, /Internal error/);
      assert.ok(code === 1 || code === 2, stderr);
      assert.equal(readFileSync(join(project, file), 'utf8'), text);
      writeFileSync(join(project, file), kept);
    }
  });

  it('end long work within half a second of Ctrl-C', async () => {
    put('many.txt', Array.from({ length: 5000 }, (_, n) => `package-${n}`).join('\n'));
    // In time of the processor: the machine may have other work.
    const used = (pid: number | undefined): number | undefined => {
      try {
        const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')
          .slice(11, 13);
        return (Number(user) + Number(system)) * 10;
      } catch {
        return undefined;
      }
    };
    let [sent, last]: (number | undefined)[] = [];
    let timer: NodeJS.Timeout | undefined;
    const args = ['new', 'made', '--yes', '--dry-run', '--requirements', 'many.txt'];
    const { code, stderr } = await execute([process.execPath, main, ...args], { cwd }, child => {
      timer = setInterval(() => {
        last = used(child.pid) ?? last;
        // Long enough to be in the middle of it.
        if (sent !== undefined || (last ?? 0) < 300) return;
        sent = last;
        child.kill('SIGINT');
      }, 5);
    });
    clearInterval(timer);
    assert.equal(code, 130, stderr.slice(0, 300));
    assert.ok((last ?? 0) - (sent ?? 0) <= 500, `${last} - ${sent} ms`);
  });
});
