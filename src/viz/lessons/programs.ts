// Programs of the lessons beside the presets of the playground: mostly a tensor op written out in single numbers, so that
// every factor can be seen and asked for.

import { presetOf } from '../play/presets.ts';

const PROGRAMS: Readonly<Record<string, string>> = {
  'ten-thousand-steps': `# The 2-2-2 network after 10,000 steps
${trained(10_000)}`,

  glyphs: `# Two bitmaps, the digits 1 and 7
one = [[0,0,0,0,0,0,0,0], [0,0,0,1,1,0,0,0], [0,0,0,1,1,0,0,0], [0,0,0,1,1,0,0,0],
       [0,0,0,1,1,0,0,0], [0,0,0,1,1,0,0,0], [0,0,0,1,1,0,0,0], [0,0,0,0,0,0,0,0]]
seven = [[0,0,0,0,0,0,0,0], [0,1,1,1,1,1,0,0], [0,1,1,1,1,1,0,0], [0,0,0,0,1,1,0,0],
         [0,0,0,0,1,1,0,0], [0,0,0,0,1,1,0,0], [0,0,0,0,1,1,0,0], [0,0,0,0,0,0,0,0]]
difference = seven - one
E = 0.5 * sum(square(difference))
`,

  pixels: `# A neuron that looks at four pixels
const p1 = 0
const p2 = 1
const p3 = 1
const p4 = 0
const target = 1
w1 = 0.5
w2 = -0.4
w3 = 0.3
w4 = 0.2
b = 0.2
net = w1*p1 + w2*p2 + w3*p3 + w4*p4 + b
out = sigmoid(net)
E = 0.5 * square(out - target)
`,

  'convolution-by-hand': `# A convolution, every product written out
const x1 = 1
const x2 = 2
const x3 = 3
const x4 = 4
const x5 = 5
k1 = 1
k2 = 0
k3 = 1
y1 = k1*x1 + k2*x2 + k3*x3
y2 = k1*x2 + k2*x3 + k3*x4
y3 = k1*x3 + k2*x4 + k3*x5
total = y1 + y2 + y3
`,

  edges: `# Edge detection on the digit 7
picture = [[[[0,0,0,0,0,0,0,0], [0,1,1,1,1,1,0,0], [0,1,1,1,1,1,0,0], [0,0,0,0,1,1,0,0],
             [0,0,0,0,1,1,0,0], [0,0,0,0,1,1,0,0], [0,0,0,0,1,1,0,0], [0,0,0,0,0,0,0,0]]]]
kernel = [[[[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]]]
edges = conv2d(picture, kernel, padding=1)
total = sum(square(edges))
`,

  'picture-kernels': `# Blur, sharpen and emboss the digit 7
picture = [[[[0,0,0,0,0,0,0,0], [0,1,1,1,1,1,0,0], [0,1,1,1,1,1,0,0], [0,0,0,0,1,1,0,0],
             [0,0,0,0,1,1,0,0], [0,0,0,0,1,1,0,0], [0,0,0,0,1,1,0,0], [0,0,0,0,0,0,0,0]]]]
const gauss = [[[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]] / 16
const sharpen = [[[[0, -1, 0], [-1, 5, -1], [0, -1, 0]]]]
const emboss = [[[[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]]]
blurred = conv2d(picture, gauss, padding=1)
sharpened = conv2d(picture, sharpen, padding=1)
embossed = conv2d(picture, emboss, padding=1)
total = sum(square(blurred)) + sum(square(sharpened)) + sum(square(embossed))
`,

  'learned-kernel': `# A kernel that is learned
const x = [[[1, 2, 3, 4, 5, 4, 1, 0, 2]]]
const wanted = conv1d([[[1, 2, 3, 4, 5, 4, 1, 0, 2]]], [[[0.2, 0.5, 0.3]]])
param kernel = [[[0, 0, 0]]]
y = conv1d(x, kernel)
E = 0.5 * sum(square(y - wanted))
train 300 steps lr 0.01
`,

  'pooling-by-hand': `# The larger of two, twice
a = 2
b = 5
c = 3
larger = a + relu(b - a)      # max(a, b)
y = larger + relu(c - larger)   # max(larger, c)
E = 0.5 * square(y - 1)
`,

  'cnn-by-hand': `# Convolution, activation, pooling, in single numbers
const x1 = 1
const x2 = 3
const x3 = 2
k1 = 0.5
k2 = -0.25
w = 2
scope convolution {
  net1 = k1*x1 + k2*x2
  net2 = k1*x2 + k2*x3
  map1 = relu(net1)
  map2 = relu(net2)
  pooled = map1 + relu(map2 - map1)   # max(map1, map2)
}
score = w * pooled
loss = 0.5 * square(score - 1)
`,

  'softmax-by-hand': `# Softmax in single numbers
x1 = 1
x2 = 2
x3 = 3
e1 = exp(x1)
e2 = exp(x2)
e3 = exp(x3)
S = e1 + e2 + e3
p3 = e3 / S
loss = -log(p3)
`,

  masked: `# Attention that cannot see the future
Q = [[1, 0, 1, 0], [0, 2, 0, 2], [1, 1, 1, 1]]
K = [[1, 0, 1, 0], [0, 1, 0, 1], [2, 0, 0, 0]]
V = [[1, 2, 3, 4], [5, 6, 7, 8], [0, 0, 1, 1]]
const future = [[0, -1e9, -1e9], [0, 0, -1e9], [0, 0, 0]]
scaled = matmul(Q, t(K)) / 2
weights = softmax(scaled + future, dim=-1)
output = matmul(weights, V)
total = sum(output)
`,

  kinks: `# Where there is no derivative
x = 0
r = relu(x)
m = abs(x)
y = 2*r + 3*m
`,

  ties: `# Two numbers that are equally large
a = 2
b = 2
y = 3 * max(a, b)
`,

  'cross-entropy': `# Cross entropy of two examples
scores = [[2, 1, 0], [0, 1, 3]]
const labels = to([0, 1], 'int32')
loss = crossEntropy(scores, labels)
`,

  twice: `# One leaf, two uses
x = 3
f = x * x
y = f + 4*x
`,
};

/** The text of a program of the lessons: one of these, or a preset of the playground. */
export function lessonProgram(id: string): string {
  const text = Object.hasOwn(PROGRAMS, id) ? PROGRAMS[id] : presetOf(id)?.program;
  if (text === undefined) throw new RangeError(`there is no program ${id}`);
  return text;
}

function trained(steps: number): string {
  const program = presetOf('training')?.program ?? '';
  return program.replace(/^# .*\n/, '').replace(/train \d+ steps/, `train ${steps} steps`);
}
