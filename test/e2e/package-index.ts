import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageIndex, repository } from './host.ts';
import { startNginx } from './nginx.ts';
import { stop } from './service.ts';

/** A wheel without content, as test/e2e/index/stand_in.py reads it. */
export interface StandIn {
  name: string;
  version: string;
  module?: string;
  requires?: string[];
  extras?: string[];
}

/** A package index of wheels of Debian's packages, at two addresses: one is open, one wants a password. */
export interface PackageIndex {
  url: string;
  /** Asks for `user` and `password`. */
  privateUrl: string;
  user: string;
  password: string;
  /** The versions of a package, the oldest first. */
  versions(name: string): string[];
  /** Publishes a wheel. */
  add(wheel: StandIn): void;
  /** Deletes the files of a package, but not its page. */
  withdraw(name: string): void;
  stop(): Promise<void>;
}

/** Adds wheels to the index in a folder, or makes one. */
export function addStandIns(folder: string, wheels: readonly StandIn[]): void {
  const { status, stderr } = spawnSync(join(repository, 'test/e2e/index/stand_in.py'), [folder], {
    input: wheels.map(wheel => JSON.stringify(wheel)).join('\n'),
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
}

export async function startIndex(folder: string): Promise<PackageIndex> {
  const [tree, user, password] = [`${folder}/tree`, 'ann', 'open-sesame'];
  mkdirSync(folder, { recursive: true });
  cpSync(packageIndex, tree, { recursive: true });
  writeFileSync(`${folder}/passwords`, `${user}:{PLAIN}${password}\n`);
  const nginx = await startNginx(folder, [
    `root ${tree};`,
    `location /private/ { alias ${tree}/; auth_basic packages; auth_basic_user_file ${folder}/passwords; }`,
  ]);
  const files = (name: string): string[] =>
    readdirSync(`${tree}/files`)
      .filter(file => file.split('-')[0]?.toLowerCase().replaceAll('_', '-') === name)
      .sort();
  return {
    url: `${nginx.url}/simple/`,
    privateUrl: `${nginx.url}/private/simple/`,
    ...{ user, password },
    versions: name => files(name).map(file => file.split('-')[1] as string),
    add: wheel => addStandIns(tree, [wheel]),
    withdraw(name) {
      for (const file of files(name)) rmSync(`${tree}/files/${file}`);
    },
    stop: () => stop(nginx.server),
  };
}
