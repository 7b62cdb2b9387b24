import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';
import { command, scratch } from '../commands/process.ts';

// Debian's, with Debian's packages: python3 on PATH may be another one.
const python = '/usr/bin/python3';

describe('the generated app', function () {
  this.timeout(60_000);
  const folder = scratch();
  const project = join(folder, 'my-service');

  before(async () => {
    const { code, stderr } = await command(['my-service', '--yes', '--sign', 'key'], { cwd: folder });
    assert.equal(code, 0, stderr);
  });

  it('passes ruff, check and format', () => passesRuff(project));

  it('is served during development by the command of the README', () => {
    assert.match(
      readFileSync(join(project, 'README.md'), 'utf8'),
      /^FLASK_APP=my_service:app FLASK_DEBUG=1 flask run$/m,
    );
  });

  describe("on the machine's Python", () => {
    const servers: ChildProcess[] = [];
    before(needsPython('flask, pytest'));
    afterEach(() => {
      for (const server of servers.splice(0)) server.kill('SIGKILL');
    });

    it('passes its test, run by pytest and as Bazel does', () => {
      const options = { cwd: project, encoding: 'utf8', env: { ...process.env, PYTHONPATH: project } } as const;
      assert.match(execFileSync(python, ['-m', 'pytest', '-p', 'no:cacheprovider'], options), /1 passed/);
      assert.match(execFileSync(python, ['bazel/run_pytest.py', 'my_service_test.py'], options), /1 passed/);
    });

    /** Runs the test as Bazel does, which sets variables. */
    const asBazel = (variables: Record<string, string>) =>
      spawnSync(python, ['bazel/run_pytest.py', 'my_service_test.py'], {
        cwd: project,
        encoding: 'utf8',
        // Bazel puts the workspace on the path.
        env: { PATH: '/usr/bin:/bin', PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: project, ...variables },
      });

    it('writes the XML report that Bazel asks for, with a case for each test', () => {
      const file = join(folder, 'test.xml');
      const { status, stdout } = asBazel({ XML_OUTPUT_FILE: file });
      assert.equal(status, 0, stdout);
      const cases = [...readFileSync(file, 'utf8').matchAll(/<testcase classname="(\w+)" name="(\w+)"/g)];
      assert.deepEqual(
        cases.map(([, module, name]) => [module, name]),
        [['my_service_test', 'test_says_hello']],
      );
    });

    it('runs the tests that --test_filter selects', () => {
      assert.match(asBazel({ TESTBRIDGE_TEST_ONLY: 'hello' }).stdout, /1 passed/);
      const { status, stdout } = asBazel({ TESTBRIDGE_TEST_ONLY: 'goodbye' });
      assert.match(stdout, /1 deselected/);
      assert.equal(status, 5, 'no test was selected');
    });

    /** The port of a new server with these variables. */
    async function serve(variables: Record<string, string> = {}): Promise<number> {
      const port = await freePort();
      const env = { PATH: '/usr/bin:/bin', PORT: `${port}`, ...variables };
      servers.push(spawn(python, ['my_service.py'], { cwd: project, env }));
      return port;
    }

    it('serves on $PORT, to this machine alone', async () => {
      const port = await serve();
      const response = await answer(`http://127.0.0.1:${port}/`);
      assert.equal(response.status, 200);
      assert.equal(await response.text(), 'Hello, World!');
      await assert.rejects(fetch(`http://127.0.0.2:${port}/`), 'it listens on 127.0.0.1 and on no other address');
    });

    it('serves on $HOST', async () => {
      const port = await serve({ HOST: '0.0.0.0' });
      assert.equal((await answer(`http://127.0.0.2:${port}/`)).status, 200);
    });
  });
});

/** The other frameworks: what Python imports for them, and what the app answers. */
const others = [
  ['fastapi', 'fastapi, gunicorn, httpx, pytest, uvicorn', '{"message":"Hello, World!"}'],
  ['django', 'django, gunicorn, pytest', 'Hello, World!'],
] as const;

for (const [framework, imports, text] of others) {
  describe(`the generated app, with ${framework}`, function () {
    this.timeout(60_000);
    const folder = scratch();
    const project = join(folder, 'my-service');

    before(async () => {
      const { code, stderr } = await command(['my-service', '--yes', '--framework', framework], { cwd: folder });
      assert.equal(code, 0, stderr);
    });

    it('passes ruff, check and format', () => passesRuff(project));

    describe("on the machine's Python", () => {
      before(needsPython(imports));

      it('passes its test, run by pytest and as Bazel does', () => {
        const options = { cwd: project, encoding: 'utf8', env: { ...process.env, PYTHONPATH: project } } as const;
        assert.match(execFileSync(python, ['-m', 'pytest', '-p', 'no:cacheprovider'], options), /1 passed/);
        assert.match(execFileSync(python, ['bazel/run_pytest.py', 'my_service_test.py'], options), /1 passed/);
      });

      it('is served on $PORT, to this machine alone', async () => {
        const port = await freePort();
        const [, words = ''] = /args = \[([^\]]*)\]/.exec(readFileSync(join(project, 'BUILD.bazel'), 'utf8')) ?? [];
        const args = [...words.matchAll(/"([^"]*)"/g)].map(([, word]) => word as string);
        const env = { PATH: '/usr/bin:/bin', PORT: `${port}`, PYTHONDONTWRITEBYTECODE: '1' };
        const server = spawn(python, ['bazel/serve.py', ...args], { cwd: project, env });
        try {
          const response = await answer(`http://127.0.0.1:${port}/`);
          assert.equal(response.status, 200);
          assert.equal(await response.text(), text);
          await assert.rejects(fetch(`http://127.0.0.2:${port}/`), 'it listens on 127.0.0.1 and on no other address');
        } finally {
          server.kill();
        }
      });
    });
  });
}

/** Fails if ruff has findings in the Python files of a project, or would format them. */
function passesRuff(project: string): void {
  const workspace = new Workspace(
    {
      // Formatted as ruff does without settings, as `--quality` has it; comments and strings may be longer.
      lint: {
        pycodestyle: { 'max-line-length': 120 },
        select: ['E', 'F', 'W', 'I', 'B', 'N', 'UP', 'SIM', 'RET', 'ANN'],
        isort: { 'known-first-party': ['my_service'] },
      },
    },
    PositionEncoding.Utf16,
  );
  const files = readdirSync(project, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.py'));
  assert.ok(files.length >= 3);
  for (const file of files) {
    const text = readFileSync(join(project, file), 'utf8');
    const found = workspace.check(text) as { code: string; message: string; start_location: { row: number } }[];
    const complaints = found.map(({ code, message, start_location: { row } }) => `${file}:${row} ${code} ${message}`);
    assert.deepEqual(complaints, []);
    assert.equal(workspace.format(text), text, file);
  }
}

/** A mocha hook: skips tests if Debian's Python lacks one of these modules, but fails where CI promises to have them. */
function needsPython(modules: string): (this: Mocha.Context) => void {
  return function () {
    if (spawnSync(python, ['-c', `import ${modules}`]).status === 0) return;
    if (process.env.CI) throw new Error(`CI must have ${modules} for ${python}`);
    this.skip();
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** The first answer of a server that is still starting. */
async function answer(url: string): Promise<Response> {
  for (let left = 100; ; left--) {
    try {
      return await fetch(url);
    } catch (error) {
      if (left === 0) throw error;
      await sleep(100);
    }
  }
}
