// Chapter 6: convolutional networks, from the picture to the loss and back.

import type { Lesson } from './lesson.ts';

export const networks: Lesson = {
  id: 'convolutional-networks',
  chapter: 6,
  title: { en: 'Convolutional networks', zh: '卷积神经网络' },
  program: 'cnn',
  steps: [
    {
      at: 0,
      select: 'picture',
      shown: 'value',
      title: { en: 'From picture to answer', zh: '从图像到答案' },
      text: {
        en: 'The simple network has five parts: convolution, activation, pooling, flattening, and a fully connected layer. The deeper ones repeat the first three, and put hidden layers between the fully connected layer and the output. On the left stands the digit 7 as [[picture]]; the answer will be two scores, one for “it is a 1” and one for “it is a 7”.',
        zh: '简单的卷积网络有五部分：卷积、激活、池化、展平和全连接层。更深的网络把前三步重复多次，并在全连接层与输出之间再放若干隐藏层。最左边是数字 7，即 [[picture]]；答案将是两个得分，一个表示“这是 1”，一个表示“这是 7”。',
      },
    },
    {
      at: 0,
      select: 'maps',
      shown: 'value',
      title: { en: 'Feature maps', zh: '特征图' },
      text: {
        en: 'Two kernels of 3 by 3, random at first, slide over the picture, and each makes a picture of its own: a feature map. The activation $\\mathrm{relu}(x) = \\max(0, x)$ then cuts off what is negative. On the right both maps stand below each other; without `tiles` a slider chooses one. Below, where it says what made which element, point at one to see its window.',
        zh: '两个 3×3 的卷积核（起初是随机的）在图像上滑动，各自产生一幅新的图像，叫作特征图。随后激活函数 $\\mathrm{relu}(x) = \\max(0, x)$ 把负数截为零。右侧上下排列着两幅特征图；取消勾选 `tiles`，就改用滑块来选择。再往下，在“what made which element”一节指向某个元素，可以看到它的窗口。',
      },
    },
    {
      at: 0,
      select: 'pooled',
      shown: 'value',
      title: { en: 'Smaller, then flat', zh: '缩小，再展平' },
      text: {
        en: 'Max pooling keeps the largest of each 2 by 2 window: each map of 8 by 8 becomes 4 by 4. The 32 numbers of both maps in one row are the input of an ordinary layer. It gives the [[scores]] «v scores:3».',
        zh: '最大池化在每个 2×2 窗口中保留最大的数：每幅 8×8 的特征图变成 4×4。两幅图的 32 个数排成一行，作为普通全连接层的输入，得到 [[scores]]：«v scores:3»。',
      },
    },
    {
      at: 'loss',
      select: 'scores',
      shown: 'gradient',
      title: { en: 'Where the gradient starts', zh: '梯度的起点' },
      text: {
        en: 'Cross entropy compares the scores with the label; at first the [[loss]] is «v loss». Its gradient with respect to the scores is softmax minus one for the right class: «g scores». The right score is pushed up, the wrong one down, by the same amount.',
        zh: '交叉熵把得分与标签作比较，一开始 [[loss]] 是 «v loss»。它对得分的梯度是 softmax 的结果在正确类别上减 1：«g scores»。正确的得分被推高，错误的得分被压低，两者大小相等。',
      },
    },
    {
      at: 'pooled',
      select: 'maps',
      shown: 'gradient',
      title: { en: 'Back through the gates', zh: '穿过闸门往回走' },
      text: {
        en: 'Pooling sends each gradient to the one place that was largest. Of the elements of the gradient of [[maps]], «z maps» are exactly 0: they lost in their window, or relu had cut them off anyway. Only the places that mattered are told anything.',
        zh: '池化把每个梯度只送回最大值所在的位置。在 [[maps]] 的梯度中，有 «z maps» 个元素恰好为 0：它们在各自的窗口中落败，或者本来就被 relu 截断了。只有起过作用的位置才会收到信号。',
      },
    },
    {
      select: 'kernels',
      shown: 'gradient',
      title: { en: 'What the kernels are told', zh: '卷积核得到的信号' },
      text: {
        en: 'A kernel was used at 64 places, so its gradient is a sum over 64 places, each the gradient there times the pixel under that weight. This is the chapter on convolution again, with more numbers. The gradient of [[shifts]], the biases of the kernels, sums the gradients alone: «g shifts:3».',
        zh: '每个卷积核用在 64 个位置上，所以它的梯度是 64 个位置之和，每一项是该处的梯度乘以那个权重所对应的像素。这正是“卷积”一章的内容，只是数更多。[[shifts]]（卷积核的偏置）的梯度只是各处梯度之和：«g shifts:3»。',
      },
    },
    {
      pass: -1,
      select: 'scores',
      shown: 'value',
      title: { en: 'Twenty steps later', zh: '二十步之后' },
      text: {
        en: 'After twenty steps the loss has fallen from «v loss@0» to «v loss:3», and the scores are «v scores:3». Networks like this one, only deeper, are used for image classification, object detection, semantic segmentation, image generation and face recognition.',
        zh: '二十步之后，损失从 «v loss@0» 降到 «v loss:3»，得分变为 «v scores:3»。这样的网络加深之后，可用于图像分类、目标检测、语义分割、图像生成和人脸识别。',
      },
    },
    {
      program: 'cnn-by-hand',
      select: 'k1',
      paths: true,
      title: { en: 'All of it in single numbers', zh: '用单个数走一遍' },
      text: {
        en: 'Three pixels, a kernel of two weights, relu and the larger of two places. At the first place the weighted sum is «v net1», relu shuts, and nothing comes back. At the second it is «v net2», and the gradient «c net2 k1» reaches [[k1]], which is all of its gradient, «g k1».',
        zh: '三个像素、含两个权重的卷积核、relu，再取两处中较大的一个。第一处的加权和是 «v net1»，relu 关闭，什么也传不回来。第二处是 «v net2»，梯度 «c net2 k1» 到达 [[k1]]，这就是它的全部梯度 «g k1»。',
      },
    },
    {
      program: 'cnn-by-hand',
      at: 'score',
      select: 'pooled',
      predict: true,
      title: { en: 'Your turn', zh: '轮到你了' },
      text: {
        en: 'The pass stands before the pooling fires. Which of the two maps, `map1` or `map2`, gets the gradient? Then follow it through relu and the convolution to the two weights.',
        zh: '现在停在池化触发之前。两幅特征图 `map1` 和 `map2` 中，哪一幅会得到梯度？然后沿着它穿过 relu 和卷积，一直走到两个权重。',
      },
    },
  ],
};
