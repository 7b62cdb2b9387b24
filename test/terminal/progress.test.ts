import assert from 'node:assert/strict';
import pc from 'picocolors';
import type { OutputStream } from '../../src/terminal/output.ts';
import { progressOn, showWaiting } from '../../src/terminal/progress.ts';

describe('work that is waited for', () => {
  const stream = (live: boolean): OutputStream & { text: () => string } => {
    let text = '';
    return {
      write: more => void (text += more),
      colors: pc.createColors(false),
      live,
      columns: 20,
      host: 'command',
      text: () => text,
    };
  };

  it('is one line where lines cannot be redrawn', async () => {
    const log = stream(false);
    assert.equal(await showWaiting(log, 'Resolving', () => Promise.resolve(5)), 5);
    assert.equal(log.text(), 'Resolving\n');
  });

  it('says that it downloads once something comes: there may be nothing to download', () => {
    const log = stream(false);
    const nothing = progressOn(log, 'Downloading');
    nothing.done();
    assert.equal(log.text(), '');
    const { update } = progressOn(log, 'Downloading');
    update(5);
    update(10);
    assert.equal(log.text(), 'Downloading\n');
  });

  it('shows the time on a terminal, within its width, until it is done or has failed', async () => {
    const terminal = stream(true);
    await assert.rejects(
      showWaiting(terminal, 'Resolving many packages', () => Promise.reject(new Error('conflict'))),
      /conflict/,
    );
    assert.equal(terminal.text(), '\r\u001b[KResolving many pack\r\u001b[K');
    const other = stream(true);
    await showWaiting(other, 'Resolving', () => new Promise(resolve => setTimeout(resolve, 1100)));
    assert.match(other.text(), /Resolving … 0 s.*Resolving … 1 s.*\u001b\[K$/s);
  });
});
