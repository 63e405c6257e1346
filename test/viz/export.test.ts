// Exports: DOT, events, SVG and HTML, in exact terms, and what hostile names come to in them.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Trace } from '../../src/autograd/trace.ts';
import { compareColouring } from '../../src/viz/model/compare.ts';
import { chromeTraceOf } from '../../src/viz/model/export/chrome-trace.ts';
import { dotOf } from '../../src/viz/model/export/dot.ts';
import { EMBEDDED, htmlFile } from '../../src/viz/model/export/html.ts';
import { escapeXml, svgOf } from '../../src/viz/model/export/svg.ts';
import { mixHex, themeColours } from '../../src/viz/model/export/theme.ts';
import { buildFrame } from '../../src/viz/model/frame.ts';
import { buildScene } from '../../src/viz/model/scene.ts';
import { cardNamed, playbackOf } from './stages.ts';
import { tinyTrace, tutorialTrace } from './tiny-trace.ts';

const svgAt = (trace: Trace, step: number, selected?: string): string => {
  const playback = playbackOf(trace);
  const frame = buildFrame(playback.cards);
  const card = selected === undefined ? undefined : cardNamed(playback, selected);
  return svgOf(buildScene(playback, frame, { step, selected: card }), { theme: 'dark' });
};

/** y = 2·x·x under a hostile name. */
const hostile = (name: string): Trace => {
  const trace = tinyTrace([
    [name, 3],
    ['', '=2'],
    ['', 'mul', 0, 0],
    ['y', 'mul', 1, 2],
  ]);
  return { ...trace, title: name };
};

describe('DOT', () => {
  it('of a small graph', () => {
    const dot = dotOf(playbackOf(hostile('x')));
    expect(dot).toContain('digraph "x" {\n  rankdir=LR;');
    expect(dot).toContain(
      'n0 [label="x\\nv 3.0000\\ng 12.000", fillcolor="#f2f7f1", color="#1a5bd0"];',
    );
    // x·x is folded into y: one edge that stands for both.
    expect(dot).toContain('n0 -> n1 [label="∂ 12.00\\ng 12.00"];');
    expect(dot).toContain('penwidth=2');
  });

  it('draws a cluster for every level of a scope', () => {
    const dot = dotOf(playbackOf(tutorialTrace()));
    const labels = [...dot.matchAll(/subgraph cluster_\d+ \{\s+label=("[^"]*")/g)].map(
      ([, label]) => label,
    );
    expect(labels).toEqual(['"network"', '"hidden"', '"output"', '"loss"']);
    expect(dot.split('{').length).toBe(dot.split('}').length);
  });

  it.each(['a"b', 'a\\', 'a\\"', 'a\nb', '"];n9 [label="x', '\u0000\u001b[31m', '<b>x</b>'])(
    'quotes the name %j',
    name => {
      const dot = dotOf(playbackOf(hostile(name)));
      // What is outside of quoted strings is ours alone.
      const outside = dot.replace(/"(?:[^"\\]|\\.)*"/g, '""');
      expect(outside).not.toMatch(/n9|<|\p{Cc}(?<!\n)/u);
      expect(outside.match(/^ +n\d+ \[/gm)).toHaveLength(2);
    },
  );
});

describe('events', () => {
  const { traceEvents } = chromeTraceOf(playbackOf(tutorialTrace()));
  const spans = traceEvents.filter(({ ph, cat }) => ph === 'X' && cat !== 'scope');

  it('has every op once forward, and every firing once backward, in order', () => {
    const trace = tutorialTrace();
    const ops = trace.graphs[0]?.nodes.filter(({ kind }) => kind === 'op').length ?? 0;
    const order = trace.passes[0]?.order ?? [];
    expect(spans.filter(({ tid }) => tid === 1)).toHaveLength(ops);
    const backward = spans.filter(({ tid }) => tid === 2);
    expect(backward.map(({ args }) => args?.['node'])).toEqual(order);
    const times = backward.map(({ ts }) => ts);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThan(ops);
  });

  it('nests scopes around their nodes', () => {
    const scopes = traceEvents.filter(({ cat, tid }) => cat === 'scope' && tid === 1);
    const [network] = scopes;
    expect(network?.name).toBe('network');
    for (const scope of scopes) {
      expect(scope.ts).toBeGreaterThanOrEqual(network?.ts ?? 0);
      expect(scope.ts + (scope.dur ?? 0)).toBeLessThanOrEqual(
        (network?.ts ?? 0) + (network?.dur ?? 0),
      );
    }
  });

  it('pairs the ends of arrows, and never goes back in time', () => {
    const starts = traceEvents.filter(({ ph }) => ph === 's');
    const ends = new Map(
      traceEvents.filter(({ ph }) => ph === 'f').map(event => [event.id, event]),
    );
    expect(starts.length).toBeGreaterThan(5);
    expect(ends.size).toBe(starts.length);
    for (const { id, ts } of starts) expect(ends.get(id)?.ts).toBeGreaterThan(ts);
  });

  it('is JSON, whatever the numbers', () => {
    const trace = hostile('x');
    (trace.passes[0] as { values: unknown[] }).values[2] = 'NaN';
    const text = JSON.stringify(chromeTraceOf(playbackOf(trace)));
    expect(text).toContain('"value":"NaN"');
  });
});

describe('SVG', () => {
  it('says what the cards say at that step', () => {
    const svg = svgAt(tutorialTrace(), 5, 'outh1');
    expect(svg).toContain('>outh1</text>');
    expect(svg).toContain('>−0.019049</text>');
    expect(svg).toContain('>1/2  σ</text>');
    expect(svg).toContain(`stroke="${themeColours('dark').select}" stroke-width="2"`);
    expect(svgAt(tutorialTrace(), 0)).not.toContain('−0.019049</text>');
  });

  it('puts the numbers of the colours on the cards, where they have some', () => {
    const playback = playbackOf(tutorialTrace(), { pass: 3 });
    const [before] = tutorialTrace().passes;
    if (before === undefined) throw new Error('no pass');
    const colouring = compareColouring(playback, before, 'gradient', 11);
    const frame = buildFrame(playback.cards);
    const card = cardNamed(playback, 'w5');
    const lines = colouring.lines?.(card);
    const svg = svgOf(buildScene(playback, frame, { step: 11, colouring }));
    expect(lines?.numbers.map(({ label }) => label)).toEqual(['A', 'B']);
    for (const { label, text } of lines?.numbers ?? []) {
      expect(svg).toContain(`>${label}</text>`);
      expect(svg).toContain(`>${text}</text>`);
    }
  });

  it('hatches what is not finite', () => {
    const trace = hostile('x');
    (trace.passes[0] as { gradients: unknown[] }).gradients[0] = 'NaN';
    expect(svgAt(trace, 1)).toContain('stroke="url(#hatch)"');
    expect(svgAt(trace, 1)).toContain('⚠');
  });

  it.each([
    '<script>alert(1)</script>',
    '"><a href="x">',
    '&amp;',
    ']]>',
    '\u0000\ud800\uffff',
    '<!--',
  ])('writes the name %j as text', name => {
    const svg = svgAt(hostile(name), 1);
    const tags = [...svg.matchAll(/<([^\s>/]+)/g)].map(([, tag]) => tag);
    const known = ['svg', '/svg', 'defs', 'pattern', 'rect', 'path', 'g', 'line', 'text'];
    expect(tags.filter(tag => !known.includes(tag ?? '') && !tag?.startsWith('/'))).toEqual([]);
    expect(svg).not.toMatch(/\p{Cc}(?<!\n)|\p{Cs}|\uffff/u);
  });

  it('escapes exactly what XML wants escaped', () => {
    expect(escapeXml('a<b>&"c"\t\n\u0001𝄞')).toBe('a&lt;b&gt;&amp;&quot;c&quot;\t\n\ufffd𝄞');
  });
});

describe('the colours without a style sheet', () => {
  it('are those of the style sheet', () => {
    const css = readFileSync(new URL('../../src/viz/app/styles/app.css', import.meta.url), 'utf8');
    for (const [place, theme] of (['light', 'dark'] as const).entries()) {
      for (const [name, colour] of Object.entries(themeColours(theme))) {
        const pair = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css);
        expect([name, pair?.[place + 1]]).toEqual([name, colour]);
      }
    }
  });

  it('mix channel by channel', () => {
    expect(mixHex('#000000', '#ff8040', 0.5)).toBe('#804020');
  });
});

describe('the HTML file', () => {
  const page =
    '<html><template id="seegrad-trace-place"></template><script type="module">run()</script></html>';

  it('holds the trace as data, which comes back as it was', () => {
    const trace = hostile('</script><script>alert(1)</script><!--\u2028');
    const html = htmlFile(page, trace);
    const [, data = ''] =
      new RegExp(`<script type="application/json" id="${EMBEDDED}">([^<]*)</script>`).exec(html) ??
      [];
    expect(JSON.parse(data)).toEqual(trace);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toContain('<!--');
  });

  it('keeps what looks like a pattern of a replacement', () => {
    const html = htmlFile(page, hostile("$& $' $` $1"));
    expect(html).toContain("$& $' $` $1");
  });

  it('needs the page of the build', () => {
    expect(() => htmlFile('<html></html>', hostile('x'))).toThrow(/no place for a trace/);
  });
});
