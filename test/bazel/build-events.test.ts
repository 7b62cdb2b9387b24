import assert from 'node:assert/strict';
import { readEvents } from '../../src/bazel/build-events.ts';

// From Bazel 7.7, reduced to what is used.
const events = [
  { id: { progress: {} }, progress: { stderr: 'Loading\n' } },
  { id: { namedSet: { id: '0' } }, namedSetOfFiles: { files: [{ uri: 'file:///out/index.json' }] } },
  {
    id: { namedSet: { id: '1' } },
    namedSetOfFiles: { files: [{ uri: 'file:///out/oci-layout' }], fileSets: [{ id: '0' }, { id: '0' }] },
  },
  {
    id: { targetCompleted: { label: '//image:image' } },
    completed: { success: true, outputGroup: [{ fileSets: [{ id: '1' }] }] },
  },
  { id: { targetCompleted: { label: '//:mac_only' } }, aborted: { reason: 'SKIPPED' } },
  { id: { targetCompleted: { label: '//:broken' } }, aborted: { reason: 'ANALYSIS_FAILURE' } },
  { id: { targetCompleted: { label: '//:hello_test' } }, completed: { success: true } },
  {
    id: { testSummary: { label: '//:hello_test' } },
    testSummary: { overallStatus: 'PASSED', totalRunDurationMillis: '412' },
  },
  { id: { buildMetrics: {} }, buildMetrics: { timingMetrics: { wallTimeInMs: '5120' } } },
];

describe('the events of a build', () => {
  const text = events.map(event => JSON.stringify(event)).join('\n');
  const read = readEvents(`${text}\n{"id":{"targetComp`);

  it('have the result of each target, except of those that do not fit the platform', () => {
    assert.deepEqual(read.targets, [
      { label: '//image:image', built: true },
      { label: '//:broken', built: false },
      { label: '//:hello_test', built: true, test: 'PASSED', testDuration: 412 },
    ]);
    assert.equal(read.duration, 5120);
    assert.equal(read.log, 'Loading\n');
  });

  it('have the files of a target, each once', () => {
    assert.deepEqual(read.outputs.get('//image:image'), ['file:///out/oci-layout', 'file:///out/index.json']);
  });
});
