// What a run of the playground gives: plain data, which can cross from a worker to the page.

import type { LeafKind } from '../../formula/program.ts';
import type { DerivationStep, Trace } from '../../index.ts';

/** What to run a program with. */
export interface RunOptions {
  /** Numbers in place of those of the program, by leaf; of a tensor all elements in order. Others are left alone. */
  values?: Readonly<Record<string, number | readonly number[]>>;
  /** The leaf to derive by. */
  derive?: string;
  /** The `step` of the pass that the derivation is about; the last one unless given. */
  step?: number;
  /** Compare gradients with finite differences. Costly: for small programs. A program that trains is not checked. */
  check?: boolean;
}

/** A leaf of a program. A tensor is the list of its elements in order, `shape` says how they stand. */
export interface PlayLeaf {
  name: string;
  kind: LeafKind;
  /** What it has in this run, before training. */
  value: number | number[];
  /** What the program says. */
  start: number | number[];
  /** The gradient of the last pass; null where the leaf wants none or none arrived. */
  gradient: number | number[] | null;
  /** Empty for a number. */
  shape: number[];
  /** The range of its slider. */
  min: number;
  max: number;
  /** The line of the program, from 1. */
  line: number;
}

/** The derivative written out for one leaf. */
export interface PlayDerivation {
  root: string;
  leaf: string;
  /** The `step` of the pass that its numbers are from. */
  step: number;
  text: string;
  latex: string;
  value: number | number[];
  steps: DerivationStep[];
}

/** What a run gives. */
export interface PlayResult {
  trace: Trace;
  /** In the order of the program. */
  leaves: PlayLeaf[];
  /** The name of what the last pass differentiated. */
  root: string;
  /** The derivation that was asked for, where there is one. */
  derivation?: PlayDerivation;
}

/** What is wrong with a program, as plain data. */
export interface PlayProblem {
  message: string;
  /** Line and column from 1, and how many characters of the line are meant. */
  line: number;
  column: number;
  length: number;
}

/** What the page sends to the worker. */
export interface PlayRequest {
  id: number;
  program: string;
  options: RunOptions;
}

/** What the worker sends back. */
export type PlayAnswer = { id: number } & (
  | { result: PlayResult; problem?: never }
  | { problem: PlayProblem; result?: never }
);
