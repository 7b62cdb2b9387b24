import assert from 'node:assert/strict';
import { dayOf, monthOf } from '../../src/text/dates.ts';

describe('a date in words', () => {
  it('is what Intl makes of it, on each day of a leap year', () => {
    for (let day = 1; day <= 366; day++) {
      const date = new Date(Date.UTC(2024, 0, day, day % 24));
      const options = { month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
      assert.equal(monthOf(date), date.toLocaleString('en-GB', options));
      assert.equal(dayOf(date), date.toLocaleString('en-GB', { day: 'numeric', ...options }));
    }
  });
});
