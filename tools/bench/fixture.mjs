// The scratch folder of a benchmark: the peers, this package as packed, and the projects that the rows work on.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The user that `yo` runs as where root calls: it gives up root's rights, so it needs folders of its own. */
export const user = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {};

/** Runs a program and gives what it printed; throws if it fails. */
export function run(program, args, cwd, env = process.env) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw error ?? new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const npm = (cwd, ...args) =>
  run('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], cwd);

/** A new temporary folder with folders for processes to work in; `remove` deletes it. */
export function scratch() {
  const folder = mkdtempSync(join(tmpdir(), 'npc-bench-'));
  chmodSync(folder, 0o755);
  const place = (...names) => join(folder, ...names);
  for (const name of ['home', 'work', 'home-of-user', 'work-of-user']) mkdirSync(place(name));
  if (user.uid) for (const name of ['home-of-user', 'work-of-user']) chownSync(place(name), user.uid, user.gid);
  return { folder, place, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A scratch folder with the peers, and this package packed and installed beside them. */
export function withPeers() {
  const bench = scratch();
  const { folder, place } = bench;
  cpSync(join(root, 'tools/bench/peers'), place('peers'), { recursive: true });
  npm(place('peers'), 'ci');
  npm(root, 'pack', '--pack-destination', folder);
  const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'));
  npm(place('peers'), 'install', '--no-save', '--no-package-lock', place(tarball));
  writeEmptyGenerator(place('peers/node_modules/generator-empty'));

  const command = place('peers/node_modules/generator-nix-python-container/lib/main.cjs');
  run(process.execPath, [command, 'hello', '--yes'], folder);
  writeScript(place('hello'), place('script.cjs'));
  writeCookiecutter(place('hello'), place('cookiecutter'));
  return { ...bench, command };
}

export function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const filesOf = folder =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .map(path => [path, readFileSync(join(folder, path), 'utf8')]);

/** A generator that does nothing: the cost of `yo` itself. */
function writeEmptyGenerator(folder) {
  write(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'generator-empty', version: '1.0.0', type: 'module', keywords: ['yeoman-generator'] }),
  );
  write(
    join(folder, 'generators/app/index.js'),
    `import Generator from 'yeoman-generator';\nexport default class extends Generator {\n  writing() {}\n}\n`,
  );
}

/** A plain script that writes the bytes of a project: the least that any generator costs. */
function writeScript(project, file) {
  write(
    file,
    `const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
for (const [path, text] of ${JSON.stringify(filesOf(project))}) {
  mkdirSync(dirname('hello/' + path), { recursive: true });
  writeFileSync('hello/' + path, text);
}
`,
  );
}

/**
 * A template of cookiecutter that writes the bytes of a project. Files with Jinja's delimiters are copied unrendered: cookiecutter 1
 * names them by their path in the project, cookiecutter 2 by that and its folder.
 */
function writeCookiecutter(project, folder) {
  const files = filesOf(project);
  const raw = files.filter(([, text]) => /\{[{%#]/.test(text)).flatMap(([path]) => [path, `hello/${path}`]);
  write(join(folder, 'cookiecutter.json'), JSON.stringify({ name: 'hello', _copy_without_render: raw }));
  for (const [path, text] of files) write(join(folder, '{{cookiecutter.name}}', path), text);
}
