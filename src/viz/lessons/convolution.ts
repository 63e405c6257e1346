// Chapter 4: convolution in one and two dimensions, and why a weight that is used in many places adds up its gradients.

import type { Lesson } from './lesson.ts';

export const convolution: Lesson = {
  id: 'convolution',
  chapter: 4,
  title: { en: 'Convolution', zh: '卷积' },
  program: 'convolution-1d',
  steps: [
    {
      at: 0,
      select: 'y',
      shown: 'value',
      title: { en: 'A kernel slides', zh: '滑动的卷积核' },
      text: {
        en: 'The kernel «v kernel» slides over the data «v x» from left to right; at each place the products are summed. The result is «v y». Point at an element of [[y]] on the right: the window section shows the three inputs that made it. As in every deep-learning library the kernel is not flipped, which mathematicians call cross-correlation.',
        zh: '卷积核 «v kernel» 从左到右在数据 «v x» 上滑动，在每个位置上把对应的乘积相加，结果是 «v y»。在右侧指向 [[y]] 的某个元素，窗口部分会显示由哪三个输入算出它。与所有深度学习库一样，卷积核不翻转，数学上这叫互相关。',
      },
    },
    {
      program: 'convolution-by-hand',
      at: 0,
      select: 'y1',
      title: { en: 'Every product written out', zh: '写出每一个乘积' },
      text: {
        en: 'The same in single numbers: $y_1 = k_1 x_1 + k_2 x_2 + k_3 x_3 = «v y1»$, then one place further $y_2 = «v y2»$ and $y_3 = «v y3»$. A convolution is a layer of neurons that see only a few inputs each and all **share** their weights. The number of places is $\\lfloor (n + 2p - (k - 1) - 1)/s + 1 \\rfloor$ for length $n$, padding $p$, kernel size $k$ and stride $s$.',
        zh: '用单个数写出来：$y_1 = k_1 x_1 + k_2 x_2 + k_3 x_3 = «v y1»$，右移一格得 $y_2 = «v y2»$，再右移得 $y_3 = «v y3»$。卷积就是一层神经元：每个只看少数几个输入，并且**共享**同一组权重。设输入长度为 $n$、填充为 $p$、卷积核大小为 $k$、步幅为 $s$，输出长度为 $\\lfloor (n + 2p - (k - 1) - 1)/s + 1 \\rfloor$。',
      },
    },
    {
      program: 'convolution-padding',
      at: 0,
      select: 'y',
      shown: 'value',
      title: { en: 'Padding', zh: '填充' },
      text: {
        en: 'With one zero added at each end, the kernel also finds room at the borders, and the result has as many elements as the data: «v y». At the left end only two of the three factors lie on data, so the first element is «v y[0]» and not more. The formula agrees: $\\lfloor (5 + 2 - 2 - 1)/1 + 1 \\rfloor = 5$.',
        zh: '在两端各补一个零，卷积核在边缘处也放得下，结果就和数据一样长：«v y»。在最左端，三个因子中只有两个落在数据上，所以第一个元素只有 «v y[0]»。公式也这么说：$\\lfloor (5 + 2 - 2 - 1)/1 + 1 \\rfloor = 5$。',
      },
    },
    {
      program: 'convolution-stride',
      at: 0,
      select: 'y',
      shown: 'value',
      title: { en: 'Stride', zh: '步幅' },
      text: {
        en: 'With stride 2 the kernel moves two places at a time, and every other result is left out: «v y» instead of 4, 6, 8. By the formula there are $\\lfloor (5 + 0 - 2 - 1)/2 + 1 \\rfloor = 2$ places. Going backward, the two windows meet in the middle element only: the gradient of [[x]] is «g x». Its zeros come from the 0 in the middle of the kernel.',
        zh: '步幅为 2 时，卷积核每次移动两格，隔一个结果取一个：得到 «v y»，而不是 4、6、8。按公式，输出长度是 $\\lfloor (5 + 0 - 2 - 1)/2 + 1 \\rfloor = 2$。反向传播时，两个窗口只在正中的元素处重叠：[[x]] 的梯度是 «g x»，其中的 0 来自卷积核中间的那个 0。',
      },
    },
    {
      program: 'convolution-weights',
      at: 0,
      select: 'y',
      shown: 'value',
      title: { en: 'A weighted mean', zh: '加权平均' },
      text: {
        en: 'With «v kernel», numbers that add up to 1, each result is a weighted mean of three neighbours: «v y». Such a kernel smooths. Kernels of this kind in two dimensions blur pictures.',
        zh: '换成 «v kernel» 这样和为 1 的数，每个结果就是三个相邻数的加权平均：«v y»。这样的卷积核起平滑作用；二维的同类卷积核会使图像变模糊。',
      },
    },
    {
      program: 'convolution-2d',
      at: 0,
      select: 'y',
      shown: 'value',
      title: { en: 'Two dimensions', zh: '二维卷积' },
      text: {
        en: 'Now the data are five rows of 1, 2, 3, 4, 5 with one ring of zeros around them (padding 1), and the kernel has three rows of 1, 0, 1. At the first place where the kernel lies on data entirely, it covers the rows 1, 2, 3 three times, and the sum of the products is «v y[6]». In the corner, where five of nine factors are padding, it is «v y[0]».',
        zh: '现在数据是五行 1、2、3、4、5，四周补一圈 0（填充为 1），卷积核是三行 1、0、1。在卷积核第一次完全落在数据上的位置，它盖住三行 1、2、3，乘积之和是 «v y[6]»。在角上，九个因子中有五个落在填充上，结果是 «v y[0]»。',
      },
    },
    {
      program: 'convolution-by-hand',
      select: 'k1',
      paths: true,
      title: { en: 'Shared weights add up', zh: '共享权重，梯度相加' },
      text: {
        en: 'Back to single numbers, and backward. The weight [[k1]] was used at three places, so there are three paths to it, and their parts are the inputs it met: $«c y1 k1» + «c y2 k1» + «c y3 k1» = «g k1»$. In the same way [[k2]] gets «g k2» and [[k3]] gets «g k3». Nothing but the sum over paths is needed to train a kernel.',
        zh: '回到单个数，看反向。权重 [[k1]] 在三个位置上用过，所以有三条路径通到它，各部分就是它遇到的输入：$«c y1 k1» + «c y2 k1» + «c y3 k1» = «g k1»$。同理，[[k2]] 得到 «g k2»，[[k3]] 得到 «g k3»。训练卷积核所需要的，不过是对路径求和。',
      },
    },
    {
      program: 'convolution-by-hand',
      at: 'y3',
      select: 'y2',
      predict: true,
      title: { en: 'Your turn', zh: '轮到你了' },
      text: {
        en: 'The last place has fired; [[y2]] is next. What is the derivative of [[y2]] with respect to each weight of the kernel? When [[y1]] has fired as well, the bar asks for the complete gradients.',
        zh: '最后一个位置已经触发，接下来是 [[y2]]。[[y2]] 对卷积核每个权重的导数是多少？等 [[y1]] 也触发后，还会问完整的梯度。',
      },
    },
    {
      program: 'edges',
      at: 0,
      select: 'edges',
      shown: 'value',
      title: { en: 'Kernels for pictures', zh: '图像处理中的卷积核' },
      text: {
        en: 'This kernel is known as edge detection: 8 in the middle and −1 around, so that even areas give nothing. On the digit 7 the result is large along its outline and has both signs. Convolution serves filtering, feature extraction and pattern recognition.',
        zh: '这个卷积核叫作边缘检测：中间是 8，周围是 −1，所以均匀的区域不产生输出。作用在数字 7 上，结果在轮廓附近数值较大，并且有正有负。卷积用于滤波、特征提取和模式识别。',
      },
    },
    {
      program: 'picture-kernels',
      at: 0,
      select: 'embossed',
      shown: 'value',
      title: { en: 'Blur, sharpen, emboss', zh: '模糊、锐化、浮雕' },
      text: {
        en: 'Three more of these known kernels; select each card to compare the pictures. A Gaussian blur, [[blurred]], is a weighted mean whose weights fall off from the middle. The kernel of [[sharpened]] exaggerates what sets a pixel apart from its neighbours, and that of [[embossed]] is negative at one corner and positive at the opposite one, so that the digit stands out as in a relief. The weights of each kernel add up to 1: an even area keeps its brightness.',
        zh: '再看三个常用的卷积核；依次选中各张卡片，就能比较几幅图像。高斯模糊 [[blurred]] 是加权平均，权重从中心向外递减。[[sharpened]] 的锐化核放大一个像素与邻近像素的差别；[[embossed]] 的浮雕核在一角为负、在对角为正，使数字像浮雕一样凸起。每个卷积核的权重之和都是 1，所以均匀的区域亮度不变。',
      },
    },
    {
      program: 'learned-kernel',
      pass: -1,
      select: 'kernel',
      shown: 'value',
      title: { en: 'Or learned', zh: '卷积核也可以学出来' },
      text: {
        en: 'In a convolutional network nobody writes the kernel down: it is learned like any other weight. Here it begins at «v kernel@0» and is told only what the result should be, «v wanted». After 300 steps it is «v kernel:3», the kernel that made those data, and the error is «v E:2».',
        zh: '在卷积网络里，没有人去写卷积核：它和别的权重一样是学出来的。这里它从 «v kernel@0» 开始，只知道结果应当是 «v wanted»。训练 300 步之后它变成 «v kernel:3»，正是产生这些数据的卷积核，误差是 «v E:2»。',
      },
    },
  ],
};
