// Chapter 3: two bitmaps, the digits 1 and 7, and a first little classifier.

import type { Lesson } from './lesson.ts';

export const bitmaps: Lesson = {
  id: 'bitmaps',
  chapter: 3,
  title: { en: 'Two bitmaps', zh: '两幅点阵图' },
  program: 'bitmaps',
  steps: [
    {
      program: 'glyphs',
      at: 0,
      select: 'seven',
      shown: 'value',
      title: { en: 'Pictures are numbers', zh: '图像就是数字' },
      text: {
        en: 'Two pictures of 8 by 8 pixels, each pixel 0 or 1: the digits 1 and 7. On the right you see [[seven]]; select [[one]] to see the other. From here on a card stands for a whole tensor of numbers and not for a single one, and the numbers on a card are norms.',
        zh: '两幅 8×8 的图像，每个像素是 0 或 1：数字 1 和数字 7。右侧是 [[seven]]；选中 [[one]] 可以看另一幅。从这里起，一张卡片代表一整个张量，而不是单个的数；卡片上写的是范数。',
      },
    },
    {
      program: 'glyphs',
      select: 'seven',
      shown: 'gradient',
      title: { en: 'A gradient is a picture, too', zh: '梯度也是一幅图' },
      text: {
        en: 'How different are they? Half the sum of the squared differences, [[E]] = «v E», is half the number of pixels in which they differ. Its gradient with respect to [[seven]] has the shape of the picture and is $seven - one$: positive where a pixel should get darker to resemble the 1, negative where it should get brighter.',
        zh: '两幅图相差多少？差的平方和的一半 [[E]] = «v E»，正好是两图不同的像素数的一半。它对 [[seven]] 的梯度与图像形状相同，等于 $seven - one$：为正的像素应当变暗才更像 1，为负的像素应当变亮。',
      },
    },
    {
      at: 0,
      select: 'hidden',
      shown: 'value',
      title: { en: 'The same neurons, more inputs', zh: '神经元不变，输入更多' },
      text: {
        en: 'Nothing is new in the network: weighted sums and sigmoids, now with 64 inputs, namely the rows of a picture one after the other, three hidden neurons and two outputs. One matrix product computes all weighted sums of both pictures at once. So [[hidden]] has two rows, one per picture, and three columns, one per neuron: «v hidden:3».',
        zh: '网络并没有新东西：仍是加权和与 sigmoid，只是现在有 64 个输入（把图像逐行排开）、三个隐藏神经元和两个输出。一次矩阵乘法就能算出两幅图的全部加权和。所以 [[hidden]] 有两行（每幅图一行）、三列（每个神经元一列）：«v hidden:3»。',
      },
    },
    {
      at: 0,
      select: 'out',
      shown: 'value',
      title: { en: 'What is wanted', zh: '目标' },
      text: {
        en: 'The first output shall say “it is a 1”, the second “it is a 7”: the targets are «v targets». Untrained, the network answers «v out:3», which is near one half everywhere. The error is again half the sum of the squared deviations, $E = «v E»$.',
        zh: '第一个输出应表示“这是 1”，第二个应表示“这是 7”，所以目标是 «v targets»。网络还没有训练，它的回答是 «v out:3»，处处都接近二分之一。误差仍是偏差平方和的一半：$E = «v E»$。',
      },
    },
    {
      program: 'pixels',
      select: 'w1',
      title: { en: 'A dark pixel teaches nothing', zh: '暗像素教不了权重' },
      text: {
        en: 'One neuron with four pixels, small enough to check by hand. The derivative of `net` with respect to a weight is its pixel: $\\partial net / \\partial w_2 = p_2 = «d net w2»$, but $\\partial net / \\partial w_1 = p_1 = «d net w1»$. So [[w2]] gets the gradient «g w2», and [[w1]] gets exactly «g w1»: a weight learns only from pixels that are lit.',
        zh: '一个神经元、四个像素，小到可以逐一验算。`net` 对某个权重的导数就是对应的像素：$\\partial net / \\partial w_2 = p_2 = «d net w2»$，而 $\\partial net / \\partial w_1 = p_1 = «d net w1»$。所以 [[w2]] 的梯度是 «g w2»，[[w1]] 的梯度恰好是 «g w1»：权重只能从亮着的像素中学习。',
      },
    },
    {
      select: 'W1',
      shown: 'gradient',
      title: { en: 'The same in the large', zh: '放大来看' },
      text: {
        en: 'Back to both pictures. The gradient of [[W1]] has a row for every pixel and a column for every hidden neuron, and «z W1» of its elements are exactly 0. They belong to the pixels that are dark in the 1 **and** in the 7. Where both digits are lit, the parts of the two pictures add up.',
        zh: '回到两幅图。[[W1]] 的梯度每行对应一个像素，每列对应一个隐藏神经元，其中有 «z W1» 个元素恰好为 0。它们对应的像素在 1 **和** 7 中都是暗的。两个数字都亮的地方，两幅图的贡献相加。',
      },
    },
    {
      pass: -1,
      select: 'out',
      shown: 'value',
      title: { en: 'After fifty steps', zh: '五十步之后' },
      text: {
        en: 'Fifty steps of gradient descent later the error has gone from «v E@0» to «v E». The outputs are now «v out:3»: the larger one is the right one for both pictures. Move the slider to see how the answers part from each other.',
        zh: '梯度下降五十步之后，误差从 «v E@0» 降到 «v E»。现在的输出是 «v out:3»：对两幅图来说，较大的那个都是正确答案。拖动滑块，可以看到两个答案如何逐渐分开。',
      },
    },
    {
      program: 'pixels',
      at: 'E',
      select: 'out',
      predict: true,
      title: { en: 'Your turn', zh: '轮到你了' },
      text: {
        en: 'The small neuron once more, just before its output fires. The sigmoid is at «v out», so what is its derivative? Afterwards the bar asks for the weights: look at the pixels first.',
        zh: '还是那个小神经元，停在它的输出触发之前。sigmoid 的输出是 «v out»，那么它的导数是多少？下方的栏接着会问各个权重：先看看像素再回答。',
      },
    },
  ],
};
