import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { environment, hosts, work } from './host.ts';

const host = hosts[0] as (typeof hosts)[number];

/** Runs the suite's docker on this machine; returns its standard output. */
export function docker(...args: string[]): string {
  const { status, stdout, stderr } = tryDocker(...args);
  assert.equal(status, 0, `docker ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout.trim();
}

export function tryDocker(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(join(work, 'bin/docker'), args, {
    encoding: 'utf8',
    env: { ...environment(host), E2E_CHROOT: '' },
  });
}

/** What is known of an image: its id, by all its contents; the digests of its layers; its user and labels. */
export function inspect(image: string): {
  id: string;
  layers: string[];
  user: string;
  labels: Readonly<Record<string, string>>;
} {
  const [found] = JSON.parse(docker('image', 'inspect', image)) as [
    { Id: string; RootFS: { Layers: string[] }; Config: { User?: string; Labels?: Record<string, string> } },
  ];
  const { User: user = '', Labels: labels = {} } = found.Config;
  return { id: found.Id, layers: found.RootFS.Layers, user, labels };
}
