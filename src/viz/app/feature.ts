// What a feature of the viewer adds to the page. Each lives in a folder of its own under features/ and names its parts
// here; the page puts them in their places, so that adding a feature touches one line elsewhere.

import type { FunctionComponent } from 'preact';

/** A key and what it does. */
export interface Key {
  /** `KeyboardEvent.key`, and how the help writes it. */
  keys: readonly string[];
  /** Held down as well; a key without it must not be. */
  shift?: boolean;
  /** Empty for a key that another one speaks for. */
  label: string;
  does: string;
  /** Where the help lists it; with the other tools unless it says so. */
  group?: 'time' | 'finding';
  /** Whether the key means anything just now; otherwise the browser has it. */
  when?(): boolean;
  run(): void;
}

/** A part of the address of the page, such as `step=4`: read when the page opens, written when it changes. */
export interface AddressPart {
  name: string;
  /** The text to write; undefined leaves the part out. Reads signals, so that a change is noticed. */
  write(): string | undefined;
  /** Takes the text of an address: untrusted, it may be anything. Called when the trace is there. */
  read(text: string): void;
}

/** A panel of its own. A wide window has a place for each; a narrow one shows them in turn, under the tabs of its sheet. */
export interface Panel {
  /** In a wide window: in the place of the left panel, beside the graph, or between the graph and the transport. */
  place: 'left' | 'beside' | 'below';
  /** What its tab says. */
  tab: string;
  /** Whether there is anything to see. Reads signals. */
  open(): boolean;
  view: FunctionComponent;
}

/** The parts of a feature; all are optional. */
export interface Feature {
  /** Sections of the panel on the left. */
  sidebar?: FunctionComponent;
  /** Sections of the panel on the right, for the selected card. */
  inspector?: FunctionComponent<{ card: number }>;
  /** Buttons of the header. */
  header?: FunctionComponent;
  /** They tell something, and stay in sight where a narrow window puts away the others. */
  headerStays?: boolean;
  panel?: Panel;
  /** Buttons and fields in the row of the transport. */
  transport?: FunctionComponent;
  /** Dialogs, drop targets and other things over the page. */
  overlay?: FunctionComponent;
  keys?: readonly Key[];
  /** Takes a key for something that has been asked for and is not there yet. Returns whether it did. */
  typeAhead?(key: string): boolean;
  address?: readonly AddressPart[];
}
