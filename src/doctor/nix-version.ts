import { type NixSupport, nixSupport, tooOld } from '../nix/nix-support.ts';
import { nixWithin } from '../nix/run-nix.ts';
import type { Pin } from '../pin/pin.ts';
import { failed, ok } from './finding.ts';
import { once } from './machine.ts';
import { installNix } from './nix-installation.ts';
import type { DoctorContext } from './project-facts.ts';
import type { Findings } from './run-checks.ts';

const timeout = 20_000;

/** Whether the machine's Nix can evaluate the pinned nixpkgs; undefined if that is not known. */
export const nixSupportOf = once(
  async ({ facts: { pin }, environment, signal }: DoctorContext): Promise<NixSupport | undefined> =>
    pin && nixSupport(pin, nixWithin(timeout, environment, signal)),
);

/** Assesses whether the Nix of a machine is new enough for the pinned nixpkgs. */
export function assessNixVersion(pin: Pin, support: NixSupport): Findings {
  const message = tooOld(support, pin);
  if (message !== undefined) return failed(message, installNix);
  return ok(`Nix ${support.installed} can evaluate the pinned nixpkgs`);
}

/** Checks whether the Nix of a machine is new enough for the pinned nixpkgs. */
export async function checkNixVersion(context: DoctorContext): Promise<Findings> {
  const { pin } = context.facts;
  const support = await nixSupportOf(context);
  return pin && support ? assessNixVersion(pin, support) : [];
}
