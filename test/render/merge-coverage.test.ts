import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';

const program = fileURLToPath(
  new URL('../../../generators/app/templates/bazel/merge_coverage.py.ejs', import.meta.url),
);

describe('bazel/merge_coverage.py of a project', () => {
  const folder = scratch();
  before(needs('python3'));

  /** What the reports of one test are merged to. */
  function merged(...reports: string[]): string[] {
    const cwd = mkdtempSync(join(folder, 'd-'));
    for (const [index, report] of reports.entries()) writeFileSync(join(cwd, `${index}.dat`), report);
    const args = [program, '--coverage_dir=.', '--output_file=report'];
    const { status, stderr } = spawnSync('python3', args, { cwd, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return readFileSync(join(cwd, 'report'), 'utf8').split('\n');
  }

  it('adds up lines', () => {
    const found = merged('SF:a.py\nDA:1,0\nDA:2,0\nend_of_record\n', 'SF:a.py\nDA:1,2,checksum\nend_of_record\n');
    assert.deepEqual(found, ['SF:a.py', 'DA:1,2', 'DA:2,0', 'LF:2', 'LH:1', 'BRF:0', 'BRH:0', 'end_of_record', '']);
  });

  it('knows branches again that coverage before 7.6 numbers anew in each report', () => {
    const unseen = 'SF:a.py\nBRDA:3,0,0,-\nBRDA:4,0,1,-\nend_of_record\n';
    const seen = 'SF:a.py\nBRDA:4,0,0,-\nBRDA:3,0,0,1\nend_of_record\n';
    assert.deepEqual(merged(unseen, seen).slice(3, 7), ['BRDA:3,0,0,1', 'BRDA:4,0,0,0', 'BRF:2', 'BRH:1']);
  });

  it('keeps branches apart that newer ones name by where they lead', () => {
    const text = 'SF:a.py\nBRDA:3,0,jump to line 4,1\nBRDA:3,0,jump to line 5,0\nend_of_record\n';
    assert.deepEqual(merged(text, text).slice(3, 7), [
      'BRDA:3,0,jump to line 4,2',
      'BRDA:3,0,jump to line 5,0',
      'BRF:2',
      'BRH:1',
    ]);
  });
});
