// The presets of the playground: the chapters of the tutorial as programs, each in its smallest form.

/** A program with the place of the tutorial that it belongs to. */
export interface Preset {
  readonly id: string;
  readonly chapter: number;
  readonly title: string;
  readonly program: string;
  /** The leaf whose derivation is worth looking at first. */
  readonly leaf: string;
}

const WEIGHTS = `const i1 = 0.05
const i2 = 0.10
const o1 = 0.01
const o2 = 0.99
KIND w1 = 0.15
KIND w2 = 0.20
KIND w3 = 0.25
KIND w4 = 0.30
KIND w5 = 0.40
KIND w6 = 0.45
KIND w7 = 0.50
KIND w8 = 0.55`;

const NETWORK = `b1 = 0.35
b2 = 0.60
scope hidden {
  neth1 = w1*i1 + w2*i2 + b1
  neth2 = w3*i1 + w4*i2 + b1
  outh1 = sigmoid(neth1)
  outh2 = sigmoid(neth2)
}
scope output {
  nety1 = w5*outh1 + w6*outh2 + b2
  nety2 = w7*outh1 + w8*outh2 + b2
  outy1 = sigmoid(nety1)
  outy2 = sigmoid(nety2)
}
scope loss {
  Ez = 0.5 * square(outy1 - o1)
  Et = 0.5 * square(outy2 - o2)
  E = Ez + Et
}`;

const rule = (id: string, title: string, ...lines: string[]): Preset => ({
  id,
  chapter: 1,
  title,
  program: `# ${title}\n${lines.join('\n')}\n`,
  leaf: 'x',
});

const preset = (
  chapter: number,
  id: string,
  title: string,
  leaf: string,
  program: string,
): Preset => ({ id, chapter, title, leaf, program: `# ${title}\n${program.trim()}\n` });

/** All presets, in the order of the tutorial. */
export const presets: readonly Preset[] = [
  rule('constant', 'A constant does not change: C′ = 0', 'x = 1.5', 'C = 3', 'y = C + 0*x'),
  rule('power', 'Power: (x²)′ = 2x', 'x = 1.5', 'y = x^2'),
  rule('exponential', 'Natural exponential: (eˣ)′ = eˣ', 'x = 1', 'y = exp(x)'),
  rule(
    'general-exponential',
    'General exponential: (aˣ)′ = aˣ · ln a',
    'x = 1.5',
    'a = 2 from 0.1 to 5',
    'y = a^x',
  ),
  rule('sine', 'Sine: sin′ = cos', 'x = 1 from -6.3 to 6.3', 'y = sin(x)'),
  rule('cosine', 'Cosine: cos′ = −sin', 'x = 1 from -6.3 to 6.3', 'y = cos(x)'),
  rule(
    'arcsine',
    'Inverse sine: asin′ = 1 / √(1 − x²)',
    'x = 0.5 from -0.99 to 0.99',
    'y = asin(x)',
  ),
  rule(
    'arccosine',
    'Inverse cosine: acos′ = −1 / √(1 − x²)',
    'x = 0.5 from -0.99 to 0.99',
    'y = acos(x)',
  ),
  rule(
    'arctangent',
    'Inverse tangent: atan′ = 1 / (1 + x²)',
    'x = 0.5 from -5 to 5',
    'y = atan(x)',
  ),
  rule('sum', 'Sum: (f + g)′ = f′ + g′', 'x = 1.5', 'f = x^2', 'g = sin(x)', 'y = f + g'),
  rule(
    'difference',
    'Difference: (f − g)′ = f′ − g′',
    'x = 1.5',
    'f = x^2',
    'g = sin(x)',
    'y = f - g',
  ),
  rule(
    'multiple',
    'Constant multiple: (C·f)′ = C·f′',
    'x = 1.5',
    'const C = 3',
    'f = x^2',
    'y = C * f',
  ),
  rule('product', 'Product: (f·g)′ = f′·g + f·g′', 'x = 1.5', 'f = x^2', 'g = sin(x)', 'y = f * g'),
  rule('chain', 'Chain: sin(x²)′ = cos(x²) · 2x', 'x = 1.5', 't = x^2', 'y = sin(t)'),
  preset(
    2,
    'backpropagation',
    'Backpropagation by hand: a 2-2-2 network',
    'w1',
    `${WEIGHTS.replaceAll('KIND ', '')}\n${NETWORK}`,
  ),
  preset(
    2,
    'training',
    'Training the 2-2-2 network',
    'w1',
    `${WEIGHTS.replaceAll('KIND', 'param')}\n${NETWORK.replaceAll(/^b/gm, 'const b')}\ntrain 200 steps lr 0.5`,
  ),
  preset(
    3,
    'bitmaps',
    'Two bitmaps, the digits 1 and 7',
    'W2',
    `
seed 7
const one = [[0,0,0,0,0,0,0,0], [0,0,0,1,1,0,0,0], [0,0,0,1,1,0,0,0], [0,0,0,1,1,0,0,0],
             [0,0,0,1,1,0,0,0], [0,0,0,1,1,0,0,0], [0,0,0,1,1,0,0,0], [0,0,0,0,0,0,0,0]]
const seven = [[0,0,0,0,0,0,0,0], [0,1,1,1,1,1,0,0], [0,1,1,1,1,1,0,0], [0,0,0,0,1,1,0,0],
               [0,0,0,0,1,1,0,0], [0,0,0,0,1,1,0,0], [0,0,0,0,1,1,0,0], [0,0,0,0,0,0,0,0]]
const targets = [[1, 0], [0, 1]]
param W1 = randn([64, 3]) * 0.3
param b1 = [0, 0, 0]
param W2 = randn([3, 2]) * 0.3
param b2 = [0, 0]
pictures = stack([flatten(one), flatten(seven)])
scope hidden {
  hidden = sigmoid(matmul(pictures, W1) + b1)
}
scope output {
  out = sigmoid(matmul(hidden, W2) + b2)
}
E = 0.5 * sum(square(out - targets))
train 50 steps lr 0.5`,
  ),
  preset(
    4,
    'convolution-1d',
    'Convolution in one dimension: [1 2 3 4 5] * [1 0 1] = [4 6 8]',
    'kernel',
    `
x = [[[1, 2, 3, 4, 5]]]
kernel = [[[1, 0, 1]]]
y = conv1d(x, kernel)
total = sum(y)`,
  ),
  preset(
    4,
    'convolution-padding',
    'Convolution with zero padding 1: [2 4 6 8 4]',
    'kernel',
    `
x = [[[1, 2, 3, 4, 5]]]
kernel = [[[1, 0, 1]]]
y = conv1d(x, kernel, padding=1)
total = sum(y)`,
  ),
  preset(
    4,
    'convolution-stride',
    'Convolution with stride 2: [4 8]',
    'kernel',
    `
x = [[[1, 2, 3, 4, 5]]]
kernel = [[[1, 0, 1]]]
y = conv1d(x, kernel, stride=2)
total = sum(y)`,
  ),
  preset(
    4,
    'convolution-weights',
    'Convolution with [0.2 0.5 0.3]: [2.1 3.1 4.1]',
    'kernel',
    `
x = [[[1, 2, 3, 4, 5]]]
kernel = [[[0.2, 0.5, 0.3]]]
y = conv1d(x, kernel)
total = sum(y)`,
  ),
  preset(
    4,
    'convolution-2d',
    'Convolution in two dimensions, padding 1',
    'kernel',
    `
x = [[[[1,2,3,4,5], [1,2,3,4,5], [1,2,3,4,5], [1,2,3,4,5], [1,2,3,4,5]]]]
kernel = [[[[1, 0, 1], [1, 0, 1], [1, 0, 1]]]]
y = conv2d(x, kernel, padding=1)
total = sum(y)`,
  ),
  preset(
    5,
    'max-pooling',
    'Max pooling: the gradient goes to the largest',
    'x',
    `
x = [[[2, 5, 3]]]
y = maxPool1d(x, 3)
total = sum(y)`,
  ),
  preset(
    5,
    'average-pooling',
    'Average pooling: an equal share to each',
    'x',
    `
x = [[[2, 5, 3]]]
y = avgPool1d(x, 3)
total = sum(y)`,
  ),
  preset(
    5,
    'stochastic-pooling',
    'Stochastic pooling: all to the one drawn',
    'x',
    `
seed 3   # another seed draws another element
x = [[[2, 5, 3]]]
y = stochasticPool1d(x, 3, training=true)
total = sum(y)`,
  ),
  preset(
    6,
    'cnn',
    'A small convolutional network',
    'kernels',
    `
seed 1
const picture = [[[[0,0,0,0,0,0,0,0], [0,1,1,1,1,1,0,0], [0,1,1,1,1,1,0,0], [0,0,0,0,1,1,0,0],
                   [0,0,0,0,1,1,0,0], [0,0,0,0,1,1,0,0], [0,0,0,0,1,1,0,0], [0,0,0,0,0,0,0,0]]]]
const label = to([1], 'int32')
param kernels = randn([2, 1, 3, 3]) * 0.5
param shifts = [0, 0]
param matrix = randn([2, 32]) * 0.2
param bias = [0, 0]
scope convolution {
  maps = relu(conv2d(picture, kernels, padding=1, bias=shifts))
  pooled = maxPool2d(maps, 2)
}
scope connected {
  scores = linear(flatten(pooled, startDim=1), matrix, bias=bias)
}
loss = crossEntropy(scores, label)
train 20 steps lr 0.1`,
  ),
  preset(
    7,
    'softmax',
    'Softmax: each value in 0 … 1, their sum 1',
    'x',
    `
x = [1, 2, 3]
p = softmax(x, dim=0)
loss = -log(p[2])`,
  ),
  preset(
    7,
    'attention',
    'Scaled dot-product attention: softmax(Q·Kᵀ / √d) · V',
    'Q',
    `
Q = [[1, 0, 1, 0], [0, 2, 0, 2], [1, 1, 1, 1]]
K = [[1, 0, 1, 0], [0, 1, 0, 1], [2, 0, 0, 0]]
V = [[1, 2, 3, 4], [5, 6, 7, 8], [0, 0, 1, 1]]
scores = matmul(Q, t(K))
scaled = scores / 2
weights = softmax(scaled, dim=-1)
output = matmul(weights, V)
total = sum(output)`,
  ),
  preset(
    7,
    'positional-encoding',
    'Positional encoding: how alike two positions are',
    'p',
    `
p = [7.5]
const q = [8]
const frequencies = exp(arange(0, 16, 2) * (-log(10000) / 16))
anglesP = outer(p, frequencies)
anglesQ = outer(q, frequencies)
encodingP = cat([sin(anglesP), cos(anglesP)], dim=1)
encodingQ = cat([sin(anglesQ), cos(anglesQ)], dim=1)
likeness = sum(encodingP * encodingQ)`,
  ),
  preset(
    7,
    'transformer',
    'An encoder layer of the Transformer, two heads',
    'Wq',
    `
seed 4
x = randn([3, 4])
param Wq = randn([4, 4]) * 0.5
param Wk = randn([4, 4]) * 0.5
param Wv = randn([4, 4]) * 0.5
param Wo = randn([4, 4]) * 0.5
param W1 = randn([6, 4]) * 0.5
param W2 = randn([4, 6]) * 0.5
const next = to([2, 0, 3], 'int32')
scope attention {
  q = transpose(reshape(matmul(x, t(Wq)), [3, 2, 2]), 0, 1)
  k = transpose(reshape(matmul(x, t(Wk)), [3, 2, 2]), 0, 1)
  v = transpose(reshape(matmul(x, t(Wv)), [3, 2, 2]), 0, 1)
  weights = softmax(matmul(q, transpose(k, -2, -1)) / sqrt(2), dim=-1)
  heads = matmul(weights, v)
  joined = reshape(transpose(heads, 0, 1), [3, 4])
  attended = matmul(joined, t(Wo))
}
scope norm1 {
  a = layerNorm(x + attended, [4])
}
scope feedforward {
  f = matmul(relu(matmul(a, t(W1))), t(W2))
}
scope norm2 {
  memory = layerNorm(a + f, [4])
}
loss = crossEntropy(memory, next)`,
  ),
];

/** The preset of that name. */
export function presetOf(id: string): Preset | undefined {
  return presets.find(preset => preset.id === id);
}
