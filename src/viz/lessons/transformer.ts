// Chapter 7: the Transformer: softmax, attention, heads, positions, the mask, and what of it flows back.

import type { Lesson } from './lesson.ts';

export const transformer: Lesson = {
  id: 'transformer',
  chapter: 7,
  title: { en: 'The Transformer', zh: 'Transformer' },
  program: 'attention',
  steps: [
    {
      program: 'softmax',
      at: 0,
      select: 'p',
      shown: 'value',
      title: { en: 'Softmax', zh: 'softmax' },
      text: {
        en: 'Softmax turns any numbers into shares, which can be read as probabilities: $p_i = e^{x_i} / \\sum_j e^{x_j}$. From «v x» it makes «v p»; each lies between 0 and 1, and their sum is 1. The largest number gets the largest share, but the others keep something, so that they can still learn.',
        zh: 'softmax 把任意一组数变成份额（即概率）：$p_i = e^{x_i} / \\sum_j e^{x_j}$。由 «v x» 得到 «v p»；每个数都在 0 与 1 之间，总和为 1。最大的数得到最大的份额，其余的也各留一份，因此仍能学习。',
      },
    },
    {
      program: 'softmax',
      select: 'x',
      shown: 'gradient',
      title: { en: 'One goes up, the others down', zh: '此消彼长' },
      text: {
        en: 'Shares compete: if one grows, the others shrink. With $loss = -\\ln p_3$ the gradient of [[x]] is $p$ minus one at the third place, «g x». Its elements sum to 0: adding the same number to every $x_i$ changes nothing.',
        zh: '份额之间互相竞争：一个变大，其余变小。取 $loss = -\\ln p_3$，[[x]] 的梯度就是 $p$ 在第三个位置上减 1：«g x»。各元素之和为 0：给每个 $x_i$ 加上同一个数，什么也不会改变。',
      },
    },
    {
      at: 0,
      select: 'scores',
      shown: 'value',
      title: { en: 'Queries ask, keys answer', zh: '查询与键' },
      text: {
        en: '“Attention Is All You Need” (Vaswani et al., 2017) replaced recurrence by self-attention, so that a whole sequence is processed at once. Each position has a query, a key and a value, the rows of [[Q]], [[K]] and [[V]]. The product $Q K^{\\mathsf T}$ compares every query with every key: the [[scores]] are «v scores».',
        zh: '《Attention Is All You Need》（Vaswani 等，2017）用自注意力取代循环结构，从而可以同时处理整个序列。每个位置都有一个查询、一个键和一个值，即 [[Q]]、[[K]]、[[V]] 的各行。乘积 $Q K^{\\mathsf T}$ 把每个查询与每个键相比较，得到 [[scores]]：«v scores»。',
      },
    },
    {
      at: 0,
      select: 'weights',
      shown: 'value',
      title: { en: 'Scaled, then shared out', zh: '先缩放，再分配' },
      text: {
        en: 'The scores are divided by $\\sqrt d$, here by 2, with $d$ the length of a query, so that softmax does not saturate when vectors have many elements. Softmax along each row gives the [[weights]]: who attends to whom, and how much. The first row is «v weights[0]:3», «v weights[1]:3», «v weights[2]:3»: position 1 looks at positions 1 and 3 alike.',
        zh: '得分先除以 $\\sqrt d$（$d$ 是查询向量的维数，这里 $\\sqrt d$ 等于 2），以免维数很大时 softmax 饱和。再对每一行做 softmax，得到 [[weights]]：谁关注谁，关注多少。第一行是 «v weights[0]:3»、«v weights[1]:3»、«v weights[2]:3»：位置 1 对位置 1 和位置 3 同样关注。',
      },
    },
    {
      select: 'Q',
      shown: 'gradient',
      title: { en: 'Attention flows back too', zh: '梯度流经注意力' },
      text: {
        en: 'The [[output]] is a mixture of values, $\\mathrm{softmax}(QK^{\\mathsf T}/\\sqrt d)\\,V$. Backward, a value gets as much gradient as was attended to it, and the queries and keys learn what to look at. The gradient of [[weights]] is the same in every row, «g weights[0]», «g weights[1]», «g weights[2]»: these are the row sums of [[V]].',
        zh: '[[output]] 是各个值的加权混合：$\\mathrm{softmax}(QK^{\\mathsf T}/\\sqrt d)\\,V$。反向传播时，一个值受到多少关注，就得到多少梯度；查询和键则学到该看哪里。[[weights]] 的梯度每一行都相同：«g weights[0]»、«g weights[1]»、«g weights[2]»，它们正是 [[V]] 各行之和。',
      },
    },
    {
      program: 'masked',
      at: 0,
      select: 'weights',
      shown: 'value',
      title: { en: 'The causal mask: no look into the future', zh: '因果掩码：不看未来' },
      text: {
        en: 'A decoder writes word after word and must not see what comes later. So a **causal mask** adds $-10^9$ to the scores above the diagonal, and their shares become «v weights[1]»; with $-\\infty$, as libraries have it, the same comes out. The first position can look at nothing but itself, «v weights[0]»; the second divides its attention in «v weights[3]:3» and «v weights[4]:3».',
        zh: '解码器逐词输出，不能看到后面的内容。所以用**因果掩码**给对角线上方的得分加上 $-10^9$，它们的份额就变成 «v weights[1]»；各种库用的是 $-\\infty$，结果相同。第一个位置只能看自己，份额为 «v weights[0]»；第二个位置的注意力分为 «v weights[3]:3» 和 «v weights[4]:3»。',
      },
    },
    {
      program: 'positional-encoding',
      at: 0,
      select: 'encodingP',
      shown: 'value',
      title: { en: 'Where is a word?', zh: '词的位置' },
      text: {
        en: 'Attention by itself knows no order. Each position $p$ therefore gets sines and cosines of many wavelengths added to it, from short ones to very long ones: $\\sin(p/10000^{2i/d})$ and $\\cos(p/10000^{2i/d})$, where $i = 0, 1, 2, …$ counts the wavelengths and $d$ is the length of the encoding. Two encodings are alike when their positions are near: the product of those for «v p» and 8 is [[likeness]] = «v likeness», of at most 8.',
        zh: '注意力本身不含顺序信息。因此给每个位置 $p$ 加上一组波长从短到很长的正弦和余弦，即**位置编码**：$\\sin(p/10000^{2i/d})$ 和 $\\cos(p/10000^{2i/d})$，其中 $i = 0, 1, 2, …$ 是波长的序号，$d$ 是编码的长度。位置相近，编码就相似：«v p» 与 8 两处编码的内积 [[likeness]] 是 «v likeness»，最大不超过 8。',
      },
    },
    {
      program: 'transformer',
      at: 0,
      select: 'weights',
      shown: 'value',
      title: { en: 'A layer with two heads', zh: '双头注意力的一层' },
      text: {
        en: 'In a whole layer there is **multi-head attention**: each head attends on its own, with its own part of the queries, keys and values; the results are joined by [[Wo]]. Then follow a sum with the input, a layer normalisation and two fully connected layers, and once more a sum and a normalisation. The Transformer was first made for translation: an encoder reads, a decoder writes.',
        zh: '在完整的一层中，这就是**多头注意力**：每个头用自己的那部分查询、键和值独立地做注意力，再由 [[Wo]] 把结果合并起来。随后与输入相加、做层归一化，经过两个全连接层，再相加并归一化一次。Transformer 最初用于机器翻译：编码器负责读，解码器负责写。',
      },
    },
    {
      program: 'transformer',
      select: 'x',
      paths: true,
      shown: 'gradient',
      title: { en: 'Many paths back', zh: '多条返回的路径' },
      text: {
        en: 'The input [[x]] is used four times: as queries, keys, values, and in the sum that leads around the attention. That last path, the **residual connection**, has the factor 1, and so the gradient arrives even through many layers. The bar lists the paths with their shares.',
        zh: '输入 [[x]] 用了四次：作为查询、键、值，以及绕过注意力的那个加法。最后这条路径叫**残差连接**，它的因子是 1，所以即使穿过许多层，梯度也能到达。下方的栏列出了各条路径及其份额。',
      },
    },
    {
      program: 'softmax-by-hand',
      at: 'loss',
      select: 'p3',
      predict: true,
      title: { en: 'Your turn', zh: '轮到你了' },
      text: {
        en: 'Softmax in single numbers: $p_3 = e_3 / S$. Its derivative with respect to [[e3]] is $1/S$, so what is it with respect to [[S]]? At the end compare the gradient of [[x3]] with $p_3 - 1$.',
        zh: '用单个数写出的 softmax：$p_3 = e_3 / S$。它对 [[e3]] 的导数是 $1/S$，那么对 [[S]] 的导数是多少？最后把 [[x3]] 的梯度与 $p_3 - 1$ 比较一下。',
      },
    },
  ],
};
