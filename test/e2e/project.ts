import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRelease } from '../../src/catalog/releases.ts';
import { type Ended, type Host, must, nixpkgsOf, real, repository, run, work } from './host.ts';

/** The flags for the versions of a project on a host: its package set and its Bazel. */
export const newAnswers = (host: Host): string[] => [
  ...(real
    ? ['--nixpkgs', host.release, '--python', findRelease(host.release)?.defaultPython ?? '3.13']
    : ['--nixpkgs', `file://${nixpkgsOf(host)}`, '--python', '3.11']),
  ...['--bazel', host.bazel],
];

/** All flags that write a project on a host. */
export const flagsFor = (host: Host, answers = newAnswers(host)): string[] => [
  ...['--yes', '--name', 'hello', '--packages', 'requests'],
  ...answers,
];

/** A generated project on a host. */
export class Project {
  readonly host: Host;
  readonly folder: string;

  /**
   * Generates it, as a user would, in the host's work folder.
   * @param answers flags for its versions, by default the host's; null: nothing is generated yet
   */
  constructor(host: Host, name: string, answers: string[] | null = newAnswers(host)) {
    this.host = host;
    this.folder = `${work}/${name}/hello`;
    mkdirSync(join(host.root, this.folder), { recursive: true });
    this.write('user.bazelrc', doubles(host));
    if (answers) this.command('new', '.', ...flagsFor(host, answers));
  }

  /** Runs the command in the project, on this machine; returns its standard output. */
  command(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, 'lib/main.cjs'), ...args], {
      cwd: this.path(''),
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', HOME: `${work}/home` },
    });
    assert.equal(status, 0, stderr);
    return stdout;
  }

  path(file: string): string {
    return join(this.host.root, this.folder, file);
  }

  read(file: string): string {
    return readFileSync(this.path(file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(this.path(file), text);
  }

  /** Replaces a part of a file; fails if the file does not have it. */
  edit(file: string, piece: string | RegExp, by: string): void {
    const text = this.read(file);
    const edited = text.replace(piece, by);
    assert.notEqual(edited, text, `${file} has no ${piece}`);
    this.write(file, edited);
  }

  /** Fails if buildifier, with all warnings on, has findings in these files. */
  checkStarlark(...files: string[]): void {
    const { status, stdout, stderr } = spawnSync(
      join(repository, 'node_modules/.bin/buildifier'),
      ['--mode=check', '--lint=warn', '--warnings=all', ...files],
      { cwd: this.path(''), encoding: 'utf8' },
    );
    assert.equal(status, 0, stdout + stderr);
  }

  run(command: string): Promise<Ended> {
    return run(this.host, this.folder, command);
  }

  must(command: string): Promise<string> {
    return must(this.host, this.folder, command);
  }

  /** Runs a command in the project's shell, which provides Bazel. */
  inShell(command: string): Promise<string> {
    return this.must(`nix-shell --run '${command}'`);
  }
}

const made = new Map<Host, Project>();

/** The project that all suites on a host share, generated on first use. Each suite leaves it as it found it. */
export function projectIn(host: Host): Project {
  const project = made.get(host) ?? new Project(host, 'first');
  made.set(host, project);
  return project;
}

/** Shuts down the Bazel servers of the shared projects. */
export async function stopBazel(): Promise<void> {
  for (const project of made.values()) await project.inShell('bazel shutdown');
}

/** The lines of user.bazelrc that replace downloads with stand-ins and Debian's copies; none with a network. */
export function doubles({ bazel }: Host): string {
  if (real) return '';
  const rules = `${work}/rules`;
  const debian = '/usr/share/bazel';
  const overrides: Record<string, string> =
    bazel === '4'
      ? {
          rules_nixpkgs_core: `${rules}/rules_nixpkgs_core`,
          rules_python: `${rules}/rules_python`,
          io_bazel_rules_docker: `${rules}/rules_docker`,
          rules_cc: `${rules}/rules_cc`,
          remote_coverage_tools: `${rules}/remote_coverage_tools`,
          bazel_skylib: `${debian}/tools/skylib`,
          platforms: `${debian}/platforms`,
          rules_java: `${debian}/rules/java`,
          rules_proto: `${debian}/rules/proto`,
        }
      : Object.fromEntries([
          ...['rules_nixpkgs_core', 'rules_python', 'rules_oci', 'tar.bzl', 'aspect_bazel_lib'].map(name => [
            name,
            `${rules}/${name}`,
          ]),
          // Bazel's own modules that nothing here uses are empty; Debian's bazelrc replaces the rest.
          ...['apple_support', 'buildozer', 'protobuf', 'zlib'].map(name => [name, `${rules}/empty/${name}`]),
        ]);
  const option = bazel === '4' ? 'override_repository' : 'override_module';
  return [
    ...Object.entries(overrides).map(([name, path]) => `common --${option}=${name}=${path}`),
    // Debian configures Bazel to print its sandbox commands.
    'build --nosandbox_debug',
    ...(bazel === '4'
      ? []
      : ['common --noenable_workspace', 'common --lockfile_mode=off', `common --registry=file://${rules}/registry`]),
    '',
  ].join('\n');
}
