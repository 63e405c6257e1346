// The WebGL side of a card: a rectangle in graph coordinates. Far away it is all there is to see of a card; up close it
// is transparent below the painted one and only tells sigma which card the pointer is on. Six vertices are written for each
// card: drawing one rectangle many times over takes less memory, but ten times as long where there is no graphics card.

import type { Attributes } from 'graphology-types';
import { NodeProgram } from 'sigma/rendering';
import type { NodeDisplayData, RenderParams } from 'sigma/types';
import { floatColor } from 'sigma/utils';

const VERTEX_SHADER = /* glsl */ `
attribute vec4 a_id;
attribute vec4 a_color;
attribute vec2 a_position;
// From the middle to this corner.
attribute vec2 a_corner;
uniform mat3 u_matrix;
uniform float u_least;
varying vec4 v_color;
const float bias = 255.0 / 254.0;

void main() {
  vec2 corner = a_position + sign(a_corner) * max(abs(a_corner), vec2(u_least));
  gl_Position = vec4((u_matrix * vec3(corner, 1)).xy, 0, 1);
  #ifdef PICKING_MODE
  v_color = a_id;
  #else
  v_color = a_color;
  #endif
  v_color.a *= bias;
}
`;

const FRAGMENT_SHADER = /* glsl */ `
precision mediump float;
varying vec4 v_color;

void main() {
  gl_FragColor = v_color;
}
`;

const UNIFORMS = ['u_matrix', 'u_least'] as const;

/** The corners of the two triangles of a card. */
const CORNERS = [
  [-1, -1],
  [1, -1],
  [-1, 1],
  [-1, 1],
  [1, -1],
  [1, 1],
] as const;

/** A card never gets smaller than this on the screen, in pixels, so that a far-away graph is still visible. */
const LEAST_PIXELS = 1.5;

/** What the program reads besides sigma's own attributes: the size of the card in graph units. */
export interface CardDisplay {
  cardWidth: number;
  cardHeight: number;
}

export class CardProgram<
  N extends Attributes,
  E extends Attributes,
  G extends Attributes,
> extends NodeProgram<(typeof UNIFORMS)[number], N, E, G> {
  override getDefinition() {
    return {
      VERTICES: CORNERS.length,
      VERTEX_SHADER_SOURCE: VERTEX_SHADER,
      FRAGMENT_SHADER_SOURCE: FRAGMENT_SHADER,
      METHOD: WebGLRenderingContext.TRIANGLES,
      UNIFORMS,
      ATTRIBUTES: [
        { name: 'a_position', size: 2, type: WebGLRenderingContext.FLOAT },
        { name: 'a_corner', size: 2, type: WebGLRenderingContext.FLOAT },
        { name: 'a_color', size: 4, type: WebGLRenderingContext.UNSIGNED_BYTE, normalized: true },
        { name: 'a_id', size: 4, type: WebGLRenderingContext.UNSIGNED_BYTE, normalized: true },
      ],
    };
  }

  override processVisibleItem(nodeIndex: number, start: number, data: NodeDisplayData): void {
    const { cardWidth, cardHeight } = data as NodeDisplayData & CardDisplay;
    // Sigma scales the graph so that its longer side is 1.
    const { x, y } = this.renderer.getBBox();
    const unit = 2 * Math.max(x[1] - x[0], y[1] - y[0], 1);
    const color = floatColor(data.color);
    const { array } = this;
    let at = start;
    for (const [left, up] of CORNERS) {
      array[at++] = data.x;
      array[at++] = data.y;
      array[at++] = (left * cardWidth) / unit;
      array[at++] = (up * cardHeight) / unit;
      array[at++] = color;
      array[at++] = nodeIndex;
    }
  }

  override setUniforms(
    { matrix, width }: RenderParams,
    { gl, uniformLocations }: Parameters<NodeProgram<(typeof UNIFORMS)[number]>['setUniforms']>[1],
  ): void {
    gl.uniformMatrix3fv(uniformLocations['u_matrix'] ?? null, false, matrix);
    const pixelsPerUnit = Math.abs(matrix[0] ?? 1) * (width / 2);
    gl.uniform1f(uniformLocations['u_least'] ?? null, LEAST_PIXELS / 2 / pixelsPerUnit);
  }
}
