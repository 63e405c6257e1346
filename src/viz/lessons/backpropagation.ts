// Chapter 2: backpropagation by hand, with the names of the handwritten derivation: U, K, G, F, Z, T, Ez, Et.

import type { Lesson } from './lesson.ts';

export const backpropagation: Lesson = {
  id: 'backpropagation',
  chapter: 2,
  title: { en: 'Backpropagation by hand', zh: '手推反向传播' },
  program: 'backpropagation',
  steps: [
    {
      at: 0,
      select: 'outy1',
      title: { en: 'The network, forward', zh: '网络的正向计算' },
      text: {
        en: 'Two inputs, two hidden neurons, two outputs; each neuron is a weighted sum followed by $\\sigma(x) = 1/(1+e^{-x})$. The first hidden one is $neth_1 = w_1 i_1 + w_2 i_2 + b_1 = «v neth1:9»$ and $outh_1 = \\sigma(neth_1) = «v outh1:9»$; in the same way $outh_2 = «v outh2:9»$. The first output is $nety_1 = w_5\\,outh_1 + w_6\\,outh_2 + b_2 = «v nety1:9»$ and $outy_1 = \\sigma(nety_1) = «v outy1:9»$. Follow it with a pocket calculator: every card on the way shows its number.',
        zh: '两个输入、两个隐藏神经元、两个输出；每个神经元先求加权和，再经过 $\\sigma(x) = 1/(1+e^{-x})$。第一个隐藏神经元：$neth_1 = w_1 i_1 + w_2 i_2 + b_1 = «v neth1:9»$，$outh_1 = \\sigma(neth_1) = «v outh1:9»$；同样可得 $outh_2 = «v outh2:9»$。第一个输出：$nety_1 = w_5\\,outh_1 + w_6\\,outh_2 + b_2 = «v nety1:9»$，$outy_1 = \\sigma(nety_1) = «v outy1:9»$。不妨用计算器跟着算一遍：途中每张卡片上都有对应的数。',
      },
    },
    {
      at: 0,
      select: 'E',
      title: { en: 'How wrong it is', zh: '误差有多大' },
      text: {
        en: 'The outputs are [[outy1]] = «v outy1:9» and [[outy2]] = «v outy2:9», while the targets are «v o1» and «v o2». The error is $E = \\tfrac12 (outy_1 - o_1)^2 + \\tfrac12 (outy_2 - o_2)^2 = «v E:9»$. We want to know how [[E]] changes with [[w5]] and with [[w1]].',
        zh: '输出是 [[outy1]] = «v outy1:9» 和 [[outy2]] = «v outy2:9»，而目标值是 «v o1» 和 «v o2»。误差 $E = \\tfrac12 (outy_1 - o_1)^2 + \\tfrac12 (outy_2 - o_2)^2 = «v E:9»$。我们要求的是：[[E]] 随 [[w5]] 和 [[w1]] 如何变化。',
      },
    },
    {
      at: 'E',
      select: 'Ez',
      title: { en: 'The error is a sum', zh: '误差是两项之和' },
      text: {
        en: 'Write $Z = outy_1 - o_1$ and $T = outy_2 - o_2$; then $E_z = \\tfrac12 Z^2$, $E_t = \\tfrac12 T^2$ and $E = E_z + E_t$. Time now runs backward. [[E]] fires first, and a sum hands its gradient on unchanged: [[Ez]] and [[Et]] both get «g Ez».',
        zh: '记 $Z = outy_1 - o_1$，$T = outy_2 - o_2$，则 $E_z = \\tfrac12 Z^2$，$E_t = \\tfrac12 T^2$，$E = E_z + E_t$。从现在起，时间倒着走。[[E]] 最先触发；加法把梯度原样传下去，所以 [[Ez]] 和 [[Et]] 得到的都是 «g Ez»。',
      },
    },
    {
      at: 'Ez',
      select: 'outy1',
      title: { en: 'Ez′ = Z, the deviation', zh: 'Ez′ = Z：输出与目标之差' },
      text: {
        en: 'The derivative of $\\tfrac12 Z^2$ with respect to $Z$ is $Z$ itself: that is what the ½ is for. So $E_z′ = outy_1 - o_1 = «v outy1:9» - «v o1» = «d Ez outy1:9»$, and this is the gradient of [[outy1]]. On the other side $E_t′ = outy_2 - o_2 = «d Et outy2:9»$: negative, because [[outy2]] is below its target.',
        zh: '$\\tfrac12 Z^2$ 对 $Z$ 的导数就是 $Z$ 本身，前面的 ½ 正是为此而设。所以 $E_z′ = outy_1 - o_1 = «v outy1:9» - «v o1» = «d Ez outy1:9»$，这就是 [[outy1]] 的梯度。另一边 $E_t′ = outy_2 - o_2 = «d Et outy2:9»$，它是负的，因为 [[outy2]] 低于目标值。',
      },
    },
    {
      at: 'outy1',
      select: 'nety1',
      title: { en: 'Z′ through the sigmoid', zh: 'Z′：穿过 sigmoid' },
      text: {
        en: 'The derivative of the sigmoid can be written with its output: $\\mathrm{sigmoid\\_derivative}(out) = out\\,(1 - out)$. Subtracting the constant $o_1$ changes nothing, so $Z′ = outy_1 (1 - outy_1) = «d outy1 nety1:9»$. The chain rule multiplies: the gradient of [[nety1]] is $E_z′ \\cdot Z′ = «g nety1:9»$.',
        zh: 'sigmoid 的导数可以用它的输出来表示：$\\mathrm{sigmoid\\_derivative}(out) = out\\,(1 - out)$。减去常数 $o_1$ 不影响导数，所以 $Z′ = outy_1 (1 - outy_1) = «d outy1 nety1:9»$。按链式法则相乘，[[nety1]] 的梯度是 $E_z′ \\cdot Z′ = «g nety1:9»$。',
      },
    },
    {
      at: 'nety1',
      select: 'w5',
      paths: true,
      title: { en: 'The first result: E(w5)′', zh: '第一个结果：E(w5)′' },
      text: {
        en: 'In $u = nety_1 = w_5\\,outh_1 + w_6\\,outh_2 + b_2$ only the first term depends on $w_5$; the others are constants for the derivative at hand. So $u′ = 1\\cdot w_5^0 \\cdot outh_1 = outh_1 = «d nety1 w5:9»$. There is one path from [[E]] to [[w5]], and its factors are $E(w_5)′ = (outy_1 - o_1) \\cdot \\mathrm{sigmoid\\_derivative}(outy_1) \\cdot outh_1$. In numbers: $«d Ez outy1:9» \\cdot «d outy1 nety1:9» \\cdot «d nety1 w5:9» = «g w5:8»$.',
        zh: '在 $u = nety_1 = w_5\\,outh_1 + w_6\\,outh_2 + b_2$ 中，只有第一项与 $w_5$ 有关，其余各项对当前的求导来说都是常数。所以 $u′ = 1\\cdot w_5^0 \\cdot outh_1 = outh_1 = «d nety1 w5:9»$。从 [[E]] 到 [[w5]] 只有一条路径，它的因子就是 $E(w_5)′ = (outy_1 - o_1) \\cdot \\mathrm{sigmoid\\_derivative}(outy_1) \\cdot outh_1$。代入数字：$«d Ez outy1:9» \\cdot «d outy1 nety1:9» \\cdot «d nety1 w5:9» = «g w5:8»$。',
      },
    },
    {
      at: 'nety1',
      select: 'outh1',
      title: { en: 'G′ and F′: two paths meet', zh: 'G′ 与 F′：两条路径汇合' },
      text: {
        en: 'For [[w1]] we write $U = neth_1$, $K = outh_1$, $G = nety_1$, $F = nety_2$. The hidden output $K$ feeds **both** output neurons, with $G′ = w_5 = «d nety1 outh1»$ and $F′ = w_7 = «d nety2 outh1»$. The ledger in its panel has one row for each: $E_z′ Z′ G′ = «c nety1 outh1:9»$ and $E_t′ T′ F′ = «c nety2 outh1:9»$. Their sum, $«g outh1:9»$, is the gradient of [[outh1]]; the second part works against the first.',
        zh: '求 [[w1]] 时，记 $U = neth_1$，$K = outh_1$，$G = nety_1$，$F = nety_2$。隐藏层输出 $K$ **同时**进入两个输出神经元，$G′ = w_5 = «d nety1 outh1»$，$F′ = w_7 = «d nety2 outh1»$。两者在它面板的明细表里各占一行：$E_z′ Z′ G′ = «c nety1 outh1:9»$，$E_t′ T′ F′ = «c nety2 outh1:9»$。两者之和 $«g outh1:9»$ 就是 [[outh1]] 的梯度；第二项与第一项方向相反。',
      },
    },
    {
      at: 'neth1',
      select: 'neth1',
      title: { en: 'K′ and U′', zh: 'K′ 与 U′' },
      text: {
        en: 'Two factors remain, and both paths share them. Through the sigmoid: $K′ = \\mathrm{sigmoid\\_derivative}(outh_1) = «d outh1 neth1:9»$. Through the weighted sum $U = w_1 i_1 + w_2 i_2 + b_1$, where only the first term depends on $w_1$: $U′ = i_1 = «d neth1 w1»$.',
        zh: '还剩两个因子，两条路径共用它们。穿过 sigmoid：$K′ = \\mathrm{sigmoid\\_derivative}(outh_1) = «d outh1 neth1:9»$。穿过加权和 $U = w_1 i_1 + w_2 i_2 + b_1$，其中只有第一项与 $w_1$ 有关：$U′ = i_1 = «d neth1 w1»$。',
      },
    },
    {
      select: 'w1',
      paths: true,
      title: { en: 'The second result: E(w1)′', zh: '第二个结果：E(w1)′' },
      text: {
        en: 'Put together, with the common factors pulled out: $E(w_1)′ = (E_z′ Z′ G′ + E_t′ T′ F′)\\, K′ U′$. In numbers: $(«c nety1 outh1:9» + «c nety2 outh1:9») \\cdot «d outh1 neth1:9» \\cdot «d neth1 w1» = «g w1:6»$. The bar below shows the same formula; point at a factor and its edge flashes. It is a small number: an input of «v i1», and slopes below ¼ at every sigmoid.',
        zh: '合在一起，并提出公因子：$E(w_1)′ = (E_z′ Z′ G′ + E_t′ T′ F′)\\, K′ U′$。代入数字：$(«c nety1 outh1:9» + «c nety2 outh1:9») \\cdot «d outh1 neth1:9» \\cdot «d neth1 w1» = «g w1:6»$。下方的栏里是同一个公式；指向某个因子，它的边就会闪烁。这个数很小：输入只有 «v i1»，而每个 sigmoid 处的斜率都小于 ¼。',
      },
    },
    {
      at: 'outy2',
      select: 'outy1',
      predict: true,
      title: { en: 'Your turn', zh: '轮到你了' },
      text: {
        en: 'The pass stands just before [[outy1]] fires, and what is to come is hidden. The bar asks for $Z′$: type `outy1*(1-outy1)` or its number, then what it contributes to [[nety1]]. Go on as far as you like with → (Esc leaves the field): each factor of the derivation comes up once.',
        zh: '现在停在 [[outy1]] 触发之前，后面的数都藏起来了。下方的栏先问 $Z′$：输入 `outy1*(1-outy1)` 或它的数值，再回答它对 [[nety1]] 贡献多少。按 → 继续（先按 Esc 离开输入框），推导中的每个因子都会问到一次。',
      },
    },
    {
      program: 'ten-thousand-steps',
      pass: -1,
      select: 'E',
      title: { en: 'What the gradient is good for', zh: '梯度有什么用' },
      text: {
        en: 'Each weight takes a small step against its gradient, $w \\leftarrow w - 0.5 \\cdot E(w)′$, and the whole is repeated 10,000 times with the biases kept fixed. The error falls from «v E:9@0» to «v E:3». The slider below and the curve of the loss go back through the steps of the training; [[w5]] went from «v w5@0» to «v w5».',
        zh: '每个权重都逆着自己的梯度走一小步，$w \\leftarrow w - 0.5 \\cdot E(w)′$，如此重复 10,000 次，偏置保持不变。误差从 «v E:9@0» 降到 «v E:3»。拖动下面的滑块或损失曲线，可以回看训练中的每一步；[[w5]] 从 «v w5@0» 变成了 «v w5»。',
      },
    },
  ],
};
