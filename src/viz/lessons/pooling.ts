// Chapter 5: pooling, that is which of several inputs a gradient goes back to.

import type { Lesson } from './lesson.ts';

export const pooling: Lesson = {
  id: 'pooling',
  chapter: 5,
  title: { en: 'Pooling', zh: '池化' },
  program: 'max-pooling',
  steps: [
    {
      at: 0,
      select: 'y',
      shown: 'value',
      title: { en: 'The largest of a window', zh: '取窗口中的最大值' },
      text: {
        en: 'Pooling makes a picture smaller: of each window one number remains. Max pooling takes the largest, so «v x» becomes «v y». What matters is that a feature was found, less where exactly it was.',
        zh: '池化把图像缩小：每个窗口只留下一个数。最大池化取其中最大的，所以 «v x» 变成 «v y»。重要的是某个特征出现了，至于它确切在哪里，就不那么要紧了。',
      },
    },
    {
      select: 'x',
      shown: 'gradient',
      title: { en: 'The winner takes all', zh: '梯度只给最大者' },
      text: {
        en: 'Backward, the whole gradient goes to the element that won: «g x». The others could move a little and the result would stay «v y», so their derivative is 0. The engine has to remember which one it was.',
        zh: '反向传播时，全部梯度都给胜出的那个元素：«g x»。其他元素稍微变一变，结果仍然是 «v y»，所以它们的导数是 0。引擎必须记住胜出的是哪一个。',
      },
    },
    {
      program: 'average-pooling',
      select: 'x',
      shown: 'gradient',
      title: { en: 'Average pooling', zh: '平均池化' },
      text: {
        en: 'The mean of the window is «v y». Each element has the same part in it, so each gets the same share of the gradient, one third: «g x». Average pooling is a convolution with a fixed kernel.',
        zh: '窗口的平均值是 «v y»。每个元素的作用相同，所以得到的梯度也相同，各占三分之一：«g x»。平均池化就是卷积核固定的卷积。',
      },
    },
    {
      program: 'stochastic-pooling',
      select: 'x',
      shown: 'gradient',
      title: { en: 'Stochastic pooling', zh: '随机池化' },
      text: {
        en: 'While training, one may draw one element of the window at random, with a probability in proportion to its activation: here 2, 5 and 3 tenths. This time it was «v y», and that element gets the whole gradient, «g x». Another seed in the playground may draw another one; the noise keeps a network from relying on single pixels. After training, the mean weighted by these probabilities takes its place.',
        zh: '训练时，也可以从窗口中随机抽取一个元素，概率与它的激活值成正比：这里依次是 2/10、5/10 和 3/10。这次抽到 «v y»，于是这个元素得到全部梯度：«g x»。在演练场（playground）里换一个随机种子，可能就抽到别的元素；这种噪声使网络不致依赖个别像素。训练结束后，则改用以这些概率为权重的加权平均。',
      },
    },
    {
      program: 'pooling-by-hand',
      select: 'b',
      paths: true,
      title: { en: 'A gate for gradients', zh: '梯度的闸门' },
      text: {
        en: 'In single numbers: $\\max(a, b) = a + \\mathrm{relu}(b - a)$, twice. Every factor on the way is 1 or 0, open or shut: $\\partial larger/\\partial b = «d larger b»$, $\\partial larger/\\partial a = «d larger a»$. So the gradient of [[y]], «g y», reaches [[b]] in full, $«g b»$, and [[a]] and [[c]] get «g a».',
        zh: '用单个数来看：$\\max(a, b) = a + \\mathrm{relu}(b - a)$，用两次。路上的每个因子不是 1 就是 0，要么开，要么关：$\\partial larger/\\partial b = «d larger b»$，$\\partial larger/\\partial a = «d larger a»$。所以 [[y]] 的梯度 «g y» 原封不动地到达 [[b]]，得 $«g b»$，而 [[a]] 和 [[c]] 得到 «g a»。',
      },
    },
    {
      program: 'pooling-by-hand',
      at: 'E',
      select: 'y',
      predict: true,
      title: { en: 'Your turn', zh: '轮到你了' },
      text: {
        en: 'Which gates are open? [[y]] is the larger of «v larger» and «v c», and [[larger]] that of «v a» and «v b». Type the factor of each edge as the bar asks for it.',
        zh: '哪些闸门是开着的？[[y]] 是 «v larger» 和 «v c» 中较大的，[[larger]] 是 «v a» 和 «v b» 中较大的。按提示输入每条边上的因子。',
      },
    },
  ],
};
