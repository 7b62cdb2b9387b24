import { relative, resolve } from 'node:path';
import type { Machine } from '../doctor/run-program.ts';
import { lookOnPath } from '../doctor/bazel-on-path.ts';
import { count, type CheckResult, runChecks } from '../doctor/run-checks.ts';
import type { State } from '../doctor/finding.ts';
import { machineChecks } from '../doctor/machine-checks.ts';
import { projectChecks } from '../doctor/project-checks.ts';
import { type ProjectFacts, projectFacts, readProjectFiles } from '../doctor/project-facts.ts';
import { ExitCode, Failure } from '../errors/failure.ts';
import { moduleOf } from '../model/name.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { visible } from '../text/visible.ts';
import type { OutputStream } from '../terminal/output.ts';
import { nearestProject, openProject, readStoredAnswers } from '../load/find-project.ts';
import type { Request } from './request.ts';
import { jsonDocument } from './json-output.ts';
import type { Context } from '../load/context.ts';

/** `doctor`: looks at the machine and at a project, and writes nothing. */
export async function runDoctor({ positionals, on }: Request, context: Context): Promise<ExitCode> {
  const { environment, signal, today, stderr, stdout } = context;
  const folder = folderOf(positionals[0], context.folder);
  const facts = folder === undefined ? undefined : factsIn(folder);
  const site = { environment, signal, folder: folder ?? context.folder };
  const onEvaluation = (): void => stderr.write('Asking Nix for the packages\n');
  const elsewhere = {
    name: 'bazel-on-path',
    of: 'The Bazel on PATH',
    look: (site: Machine) => lookOnPath(site, undefined),
  };
  const [machine, project] = await Promise.all([
    runChecks(facts ? machineChecks : [...machineChecks, elsewhere], site),
    facts ? runChecks(projectChecks, { ...site, today, facts, onEvaluation }) : [],
  ]);

  const at = folder === undefined ? '' : relative(context.folder, folder);
  const there = project.map(found =>
    // What mends the machine does so from anywhere.
    found.fix && at !== '' && !/^(curl|sudo) /.test(found.fix)
      ? { ...found, fix: `cd ${shellQuote(at)} && ${found.fix}` }
      : found,
  );
  const counts = count([...machine, ...there]);
  if (on.has('json')) {
    const checks = [...machine, ...there].map(({ name, state, message, fix }) => ({
      name,
      state,
      message,
      ...(fix ? { fix } : {}),
    }));
    stdout.write(jsonDocument({ ...(folder === undefined ? {} : { target: folder }), checks, counts }));
  } else {
    const heading = folder === undefined ? 'No project here or above' : `Project ${folder}`;
    const more = folder === undefined ? ': nix-python-container doctor FOLDER looks at one' : '';
    stdout.write(
      `Machine\n${lines(machine, stdout)}\n${heading}${more}\n${lines(there, stdout)}\n${summary(counts, stdout)}`,
    );
  }
  return counts.failed > 0 ? ExitCode.failed : ExitCode.done;
}

/**
 * The folder of the project to look at; undefined outside of one.
 * @throws Failure (exit code 2) for a folder that was named and is no project
 */
function folderOf(named: string | undefined, here: string): string | undefined {
  if (named === undefined) return nearestProject(here);
  const folder = resolve(here, named);
  // What is there and cannot be read is a finding.
  if (!(storedOrFault(folder) instanceof Failure)) openProject(folder);
  return folder;
}

function storedOrFault(folder: string): ReturnType<typeof readStoredAnswers> | Failure {
  try {
    return readStoredAnswers(folder);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function factsIn(folder: string): ProjectFacts {
  const stored = storedOrFault(folder);
  const fault = stored instanceof Failure ? stored : undefined;
  const { values, services } =
    stored === undefined || stored instanceof Failure ? { values: {}, services: [] } : stored;
  return projectFacts({ values, fault, texts: readProjectFiles(folder, values, services.map(moduleOf)) });
}

const colorOf = { ok: 'green', warning: 'yellow', failed: 'red' } as const;

/** One line a finding, and one below it for the command that mends it. */
const lines = (findings: readonly CheckResult[], { colors }: OutputStream): string =>
  findings
    .map(({ state, message, fix }) => {
      const first = `${colors[colorOf[state]](state.padStart(7))}  ${visible(message)}\n`;
      return fix ? `${first}         mend with: ${colors.cyan(visible(fix))}\n` : first;
    })
    .join('');

function summary(counts: Readonly<Record<State, number>>, { colors }: OutputStream): string {
  const { ok, warning, failed } = counts;
  const parts = [
    `${ok} ok`,
    warning === 1 ? '1 warning' : `${warning} warnings`,
    failed > 0 ? colors.red(`${failed} failed`) : '0 failed',
  ];
  return `${parts.join(', ')}\n`;
}
