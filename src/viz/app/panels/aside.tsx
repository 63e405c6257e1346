// What stands beside the graph in a wide window. In the sheet of a narrow one it is a part of something else.

import type { AsideHTMLAttributes } from 'preact';
import { narrow } from '../sheet.ts';

export function Aside(attributes: AsideHTMLAttributes<HTMLElement>) {
  return narrow.value ? <section {...attributes} /> : <aside {...attributes} />;
}
