// A gradient of a gradient in the browser: from an op of the backward pass to the forward op and back.

import { expect, it } from 'vitest';
import { grad, record, sin, type Value, value } from '../../../src/index.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { axeComplaints, cardOf, stateOf, viewerForSuite } from './open-viewer.ts';

describeInBrowser('a gradient of a gradient', () => {
  const open = viewerForSuite(() => {
    const x = value(0.5, { name: 'x' });
    const f = (t: Value): Value => sin(t.mul(t).named('u')).named('y');
    return record(() => grad(f)(x).named('d').backward()).trace;
  });

  it('points from each op to what it differentiates, and back', async () => {
    const page = await open();
    await cardOf(page, 'cos').dispatchEvent('click');
    const origins = page.getByTestId('origins');
    expect(await origins.textContent()).toContain('it differentiates y.');
    await origins.getByTestId('origin-link').click();
    expect((await stateOf(page)).selected).toBe('y');
    expect(await origins.textContent()).toContain('The backward pass through it made cos');
    await cardOf(page, 'x').dispatchEvent('click');
    expect(await origins.count()).toBe(0);
    expect(await axeComplaints(page, ['y'])).toEqual([]);
  });
});
