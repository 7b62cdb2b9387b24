import { relative, resolve } from 'node:path';
import { count, type CheckResult, runChecks } from '../doctor/run-checks.ts';
import type { State } from '../doctor/finding.ts';
import { bazelCheck, machineChecks, projectChecks } from '../doctor/checks.ts';
import { type ProjectFacts, projectFacts, readProjectFiles } from '../doctor/project-facts.ts';
import { ExitCode, Failure } from '../errors/failure.ts';
import { moduleOf } from '../model/name.ts';
import { shellPath } from '../text/shell-quote.ts';
import { presentable } from '../text/shown.ts';
import { inHostForm, prose } from '../terminal/messages.ts';
import type { OutputStream } from '../terminal/output.ts';
import { row } from '../terminal/rows.ts';
import { nearestProject, openProject, type StoredProject, storedProject } from '../load/find-project.ts';
import type { Request } from './request.ts';
import { printResult } from './json-output.ts';
import type { Context } from '../load/context.ts';

/** `doctor`: checks the machine and a project, and writes nothing. */
export async function runDoctor({ positionals, on }: Request, context: Context): Promise<ExitCode> {
  const { environment, signal, today, stderr, stdout } = context;
  const opened = projectAt(positionals[0], context.folder);
  const folder = opened?.files.folder;
  const facts = opened && factsOf(opened);
  const machine = { environment, signal, folder: folder ?? context.folder };
  const onEvaluation = (): void => stderr.write('Asking Nix for the packages\n');
  const [machineResults, projectResults] = await Promise.all([
    runChecks(facts ? machineChecks : [...machineChecks, bazelCheck], machine),
    facts ? runChecks(projectChecks, { ...machine, today, facts, onEvaluation }) : [],
  ]);

  const project = projectResults.map(result => runFrom(context.folder, result, folder));
  const results = [...machineResults, ...project];
  const counts = count(results);
  const heading =
    folder === undefined
      ? 'No project in this folder or above (check another one: nix-python-container doctor FOLDER)'
      : `Project ${folder}`;
  printResult({ on }, context, {
    text: `Machine\n${lines(machineResults, stdout)}\n${prose(heading, stdout)}\n${lines(project, stdout)}\n${summary(counts, stdout)}`,
    json: { ...(folder === undefined ? {} : { target: folder }), checks: results.map(listed), counts },
  });
  return counts.failed > 0 ? ExitCode.failed : ExitCode.done;
}

/**
 * The project to check; undefined outside of one. If its .yo-rc.json cannot be read, that is a finding.
 * @throws Failure (exit code 2) for a folder that was named and holds no project
 */
function projectAt(named: string | undefined, here: string): StoredProject | undefined {
  if (named === undefined) return nearestProject(here);
  const folder = resolve(here, named);
  const project = storedProject(folder);
  return project?.stored instanceof Failure ? project : openProject(folder, project);
}

function factsOf({ files: { folder }, stored }: StoredProject): ProjectFacts {
  const answersError = stored instanceof Failure ? stored : undefined;
  const { values, services } = stored instanceof Failure ? { values: {}, services: [] } : stored;
  return projectFacts({ values, answersError, texts: readProjectFiles(folder, values, services.map(moduleOf)) });
}

/** A result whose fix can be run from the current folder. What fixes the machine can be run anywhere. */
function runFrom(here: string, result: CheckResult, folder = here): CheckResult {
  const path = relative(here, folder);
  if (!result.fix || path === '' || /^(curl|sudo) /.test(result.fix)) return result;
  return { ...result, fix: `cd ${shellPath(path)} && ${result.fix}` };
}

const listed = ({ name, state, message, fix }: CheckResult): object => ({
  name,
  state,
  message,
  ...(fix ? { fix } : {}),
});

const colorOf = { ok: 'green', warning: 'yellow', failed: 'red' } as const;

/** One line a result, and one below it for the command that fixes it. */
const lines = (results: readonly CheckResult[], stream: OutputStream): string =>
  results
    .map(({ state, message, fix }) => {
      const first = row(state, presentable(message), stream, { width: 7, paint: stream.colors[colorOf[state]] });
      // In one line, to be copied.
      return fix ? `${first}         fix: ${stream.colors.cyan(inHostForm(presentable(fix), stream))}\n` : first;
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
