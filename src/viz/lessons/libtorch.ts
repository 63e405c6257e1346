// Chapter 8: libtorch, the C++ library of PyTorch: the same semantics and the same numbers.

import type { Lesson } from './lesson.ts';

export const libtorch: Lesson = {
  id: 'libtorch',
  chapter: 8,
  title: { en: 'libtorch and PyTorch', zh: 'libtorch 与 PyTorch' },
  program: 'backpropagation',
  steps: [
    {
      select: 'w5',
      title: { en: 'The same numbers', zh: '同样的数' },
      text: {
        en: 'libtorch is PyTorch’s library for C++. Leaves are tensors with `requires_grad`, and `E.backward()` fills `w5.grad()`. For the network of chapter 2 that is «g w5:8», as here; [[w1]] has «g w1:6». This is what every op of seegrad is held to: the same semantics, the same numbers.',
        zh: 'libtorch 是 PyTorch 的 C++ 库。叶子是带 `requires_grad` 的张量，调用 `E.backward()` 之后，梯度就在 `w5.grad()` 里。对于第 2 章的网络，它等于 «g w5:8»，与这里相同；[[w1]] 的梯度是 «g w1:6»。seegrad 的每个运算都以此为准：语义相同，数值相同。',
      },
    },
    {
      program: 'twice',
      select: 'x',
      paths: true,
      title: { en: 'Gradients are summed', zh: '梯度是累加的' },
      text: {
        en: 'A leaf may be used as often as one likes; every use adds its part. Here [[x]] stands twice in $x\\cdot x$ and once in $4x$, three edges, and its gradient is $2x + 4 = «g x»$. Libraries also add over calls: a second `backward()` adds to what is there, which is why a training loop begins with `zero_grad()`.',
        zh: '一个叶子可以用任意多次，每次使用都贡献一部分。这里 [[x]] 在 $x\\cdot x$ 中出现两次，在 $4x$ 中出现一次，共三条边，梯度是 $2x + 4 = «g x»$。多次调用之间也会累加：再次调用 `backward()` 会加在原有的梯度上，所以训练循环总是先调用 `zero_grad()`。',
      },
    },
    {
      program: 'kinks',
      select: 'x',
      title: { en: 'At a kink', zh: '不可导的点' },
      text: {
        en: 'At 0 neither relu nor the absolute value has a derivative; a library has to choose one. As in PyTorch both are «d r x» there, the one for relu from the left, the one for the absolute value from the middle. Nothing is wrong with the choice, but it has to be the same everywhere.',
        zh: '在 0 处，relu 和绝对值都没有导数，库必须选定一个值。与 PyTorch 一样，这里两者都取 «d r x»：relu 取左导数，绝对值取两侧的中间值。怎么选并不算错，但各处必须一致。',
      },
    },
    {
      program: 'ties',
      select: 'a',
      title: { en: 'At a tie', zh: '并列的情形' },
      text: {
        en: 'Two numbers are equally large: which one is the maximum? As `torch::maximum` does, each gets half of the gradient 3: «g a» for [[a]] and «g b» for [[b]]. Max pooling, in contrast, gives all of it to the first.',
        zh: '两个数一样大，哪一个算最大？与 `torch::maximum` 一样，梯度 3 平分：[[a]] 得 «g a»，[[b]] 得 «g b»。而最大池化则把全部梯度给第一个。',
      },
    },
    {
      program: 'cross-entropy',
      select: 'scores',
      shown: 'gradient',
      title: { en: 'Means, not sums', zh: '取平均而不是求和' },
      text: {
        en: 'Conventions show in the numbers. `cross_entropy` takes scores, not shares, and gives the **mean** over the examples, here «v loss». So each example has half a say: the gradient of [[scores]] is softmax minus one for the right class, divided by 2. Each of its rows sums to 0.',
        zh: '约定不同，数就不同。`cross_entropy` 接受的是得分而不是概率，给出的是各样本的**平均值**，这里是 «v loss»。所以每个样本各占一半：[[scores]] 的梯度是 softmax 在正确类别上减 1，再除以 2。它的每一行之和都是 0。',
      },
    },
    {
      program: 'convolution-1d',
      at: 0,
      select: 'y',
      shown: 'value',
      title: { en: 'Shapes and kernels', zh: '形状与卷积核' },
      text: {
        en: '`torch::conv1d` wants data of the shape batch × channels × length and a kernel of the shape outputs × channels × size, as here. The kernel is not flipped: «v x» with «v kernel» is «v y». Sizes follow the formula of chapter 4, rounded down.',
        zh: '`torch::conv1d` 要求数据的形状是 批量 × 通道 × 长度，卷积核的形状是 输出通道 × 输入通道 × 大小，这里也一样。卷积核不翻转：«v x» 与 «v kernel» 的结果是 «v y»。输出大小按第 4 章的公式计算，向下取整。',
      },
    },
    {
      program: 'kinks',
      at: 0,
      predict: true,
      title: { en: 'Your turn', zh: '轮到你了' },
      text: {
        en: 'What would PyTorch say? Follow the kinks from [[y]] to [[x]]: first the two plain factors, then those at 0.',
        zh: 'PyTorch 会给出什么？从 [[y]] 走到 [[x]]：先是两个普通的因子，然后是 0 处的那两个。',
      },
    },
  ],
};
