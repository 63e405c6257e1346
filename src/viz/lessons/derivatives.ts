// Chapter 1: the rules of differentiation, one at a time, each on the smallest graph that shows it.

import type { Lesson } from './lesson.ts';

export const derivatives: Lesson = {
  id: 'derivatives',
  chapter: 1,
  title: { en: 'Derivatives', zh: '导数' },
  program: 'power',
  steps: [
    {
      select: 'x',
      title: { en: 'The power rule', zh: '幂函数的求导法则' },
      text: {
        en: 'A derivative says how much the result changes when the input changes a little. Here $y = x^2$ with $x = «v x»$, so $y = «v y»$. The rule $(x^n)′ = n\\,x^{n-1}$ gives $y′ = 2x = «g x»$. That number stands on the edge from [[x]] to [[y]], and because nothing comes after [[y]], it is also the gradient of [[x]].',
        zh: '导数描述的是：输入变化一点点，结果会变化多少。这里 $y = x^2$，$x = «v x»$，所以 $y = «v y»$。由幂函数的求导法则 $(x^n)′ = n\\,x^{n-1}$ 得 $y′ = 2x = «g x»$。这个数写在从 [[x]] 到 [[y]] 的边上；由于 [[y]] 之后没有别的运算，它也就是 [[x]] 的梯度。',
      },
    },
    {
      program: 'constant',
      select: 'x',
      title: { en: 'A constant', zh: '常数' },
      text: {
        en: 'A constant does not change, whatever $x$ does: $C′ = 0$. In this graph $y = C + 0\\cdot x$ is «v y» for every $x$, so the gradient of [[x]] is exactly «g x». A gradient of zero is still a gradient: it says that moving [[x]] has no effect.',
        zh: '无论 $x$ 怎么变，常数都不变：$C′ = 0$。图中 $y = C + 0\\cdot x$ 对任何 $x$ 都等于 «v y»，所以 [[x]] 的梯度恰好是 «g x»。梯度为零也是梯度，它表示改变 [[x]] 对结果没有影响。',
      },
    },
    {
      program: 'exponential',
      select: 'x',
      title: { en: 'The natural exponential', zh: '自然指数函数' },
      text: {
        en: 'The function $e^x$ is its own derivative: $(e^x)′ = e^x$. At $x = «v x»$ both are the same number: the value of [[y]] is «v y», and the gradient of [[x]] is «g x». An engine uses this: it needs no new computation, for the derivative is the output itself.',
        zh: '$e^x$ 的导数就是它自己：$(e^x)′ = e^x$。在 $x = «v x»$ 处，两者是同一个数：[[y]] 的值是 «v y»，[[x]] 的梯度是 «g x»。自动微分引擎正是利用了这一点：导数就是输出本身，无需另外计算。',
      },
    },
    {
      program: 'general-exponential',
      select: 'x',
      title: { en: 'Any other base', zh: '一般指数函数' },
      text: {
        en: 'For another base the derivative carries a factor: $(a^x)′ = a^x \\ln a$. With $a = «v a»$ and $x = «v x»$ that is $«v y» \\cdot \\ln 2 = «d y x»$. This graph has a second leaf, [[a]], and with respect to it the same result is a power: $x\\,a^{x-1} = «d y a»$. One function, two leaves, two **partial derivatives**.',
        zh: '底数换成别的数时，导数会多一个因子：$(a^x)′ = a^x \\ln a$。当 $a = «v a»$、$x = «v x»$ 时，就是 $«v y» \\cdot \\ln 2 = «d y x»$。图中还有另一个叶子 [[a]]；对它来说，同一个式子是幂函数，导数为 $x\\,a^{x-1} = «d y a»$。一个函数，两个叶子，两个**偏导数**。',
      },
    },
    {
      program: 'sine',
      select: 'x',
      title: { en: 'Sine and cosine', zh: '正弦与余弦' },
      text: {
        en: 'The derivative of the sine is the cosine, and that of the cosine is the negative sine: $\\sin′ = \\cos$, $\\cos′ = -\\sin$. At $x = «v x»$ the sine is «v y», and it still rises with slope $\\cos(«v x»)= «g x»$.',
        zh: '正弦的导数是余弦，余弦的导数是负的正弦：$\\sin′ = \\cos$，$\\cos′ = -\\sin$。在 $x = «v x»$ 处，正弦值是 «v y»，而它仍以斜率 $\\cos(«v x») = «g x»$ 上升。',
      },
    },
    {
      program: 'arcsine',
      select: 'x',
      title: { en: 'Inverse trigonometric functions', zh: '反三角函数' },
      text: {
        en: 'An inverse function has the reciprocal slope: for $y = \\arcsin x$, that is $x = \\sin y$, it is $1/\\cos y = 1/\\sqrt{1 - \\sin^2 y}$. So $\\arcsin′(x) = 1/\\sqrt{1 - x^2}$, at $x = «v x»$ the number «g x». In the same way $\\arccos′(x) = -1/\\sqrt{1-x^2}$ and $\\arctan′(x) = 1/(1+x^2)$; both are presets of the playground.',
        zh: '反函数的斜率是原函数斜率的倒数：设 $y = \\arcsin x$，即 $x = \\sin y$，斜率就是 $1/\\cos y = 1/\\sqrt{1 - \\sin^2 y}$。所以 $\\arcsin′(x) = 1/\\sqrt{1 - x^2}$，在 $x = «v x»$ 处等于 «g x»。同理 $\\arccos′(x) = -1/\\sqrt{1-x^2}$，$\\arctan′(x) = 1/(1+x^2)$；这两个例子在演练场（playground）的列表里都能找到。',
      },
    },
    {
      program: 'sum',
      select: 'x',
      paths: true,
      title: { en: 'Sums: two paths, added up', zh: '和：两条路径相加' },
      text: {
        en: 'Now [[x]] reaches [[y]] along two paths, through $f = x^2$ and through $g = \\sin x$. A sum hands its gradient on unchanged, so $y′ = f′ + g′$. Each path contributes its part, $«c f x» + «c g x» = «g x»$. The bar below the graph lists the two paths.',
        zh: '现在 [[x]] 有两条路径通向 [[y]]：一条经过 $f = x^2$，一条经过 $g = \\sin x$。加法把梯度原样传下去，所以 $y′ = f′ + g′$。两条路径各贡献一部分：$«c f x» + «c g x» = «g x»$。图下方的栏里列出了这两条路径。',
      },
    },
    {
      program: 'difference',
      select: 'x',
      paths: true,
      title: { en: 'Differences: the second part counts against', zh: '差：第二部分取负号' },
      text: {
        en: 'A difference hands its gradient on unchanged to what it subtracts from, and with the sign turned to what is subtracted: $(f - g)′ = f′ - g′$. The factors on the edges are $«d y f»$ and $«d y g»$. So the same two paths now give $«c f x» + «c g x» = «g x»$.',
        zh: '减法把梯度原样传给被减数，变号后传给减数：$(f - g)′ = f′ - g′$。两条边上的因子分别是 $«d y f»$ 和 $«d y g»$。于是同样的两条路径现在给出 $«c f x» + «c g x» = «g x»$。',
      },
    },
    {
      program: 'multiple',
      select: 'x',
      paths: true,
      title: { en: 'A constant multiple', zh: '常数倍' },
      text: {
        en: 'A constant factor stays as it is: $(C f)′ = C f′$. Here $C = «v C»$ and $f = x^2$, so the path has the two factors $«d y f» \\cdot «d f x» = «g x»$. No gradient goes to [[C]]: it is a constant and not to be changed.',
        zh: '常数因子保持不变：$(C f)′ = C f′$。这里 $C = «v C»$，$f = x^2$，所以路径上有两个因子：$«d y f» \\cdot «d f x» = «g x»$。[[C]] 没有梯度：它是常数，不需要改变。',
      },
    },
    {
      program: 'product',
      select: 'x',
      paths: true,
      title: { en: 'Products', zh: '积' },
      text: {
        en: 'In a product the derivative of each factor is multiplied by the other factor: $(f\\,g)′ = f′ g + f g′$. So [[y]] hands $g = «d y f»$ to [[f]] and $f = «d y g»$ to [[g]]. The two parts arrive at [[x]] and add up: $«c f x» + «c g x» = «g x»$.',
        zh: '在乘积中，每个因子的导数都要乘上另一个因子：$(f\\,g)′ = f′ g + f g′$。于是 [[y]] 把 $g = «d y f»$ 传给 [[f]]，把 $f = «d y g»$ 传给 [[g]]。两部分在 [[x]] 处相加：$«c f x» + «c g x» = «g x»$。',
      },
    },
    {
      program: 'chain',
      select: 'x',
      paths: true,
      title: { en: 'The chain rule', zh: '链式法则' },
      text: {
        en: 'When one function feeds another, their derivatives multiply. Let $t = x^2$ and $y = \\sin t$; then $y′ = \\cos(t) \\cdot 2x$. In the graph these are the two edges of the only path: $«d y t» \\cdot «d t x» = «g x»$. This rule alone, used again and again from the end to the beginning, is **backpropagation**.',
        zh: '一个函数的输出是另一个函数的输入时，它们的导数相乘。设 $t = x^2$，$y = \\sin t$，则 $y′ = \\cos(t) \\cdot 2x$。在图中，它们就是唯一一条路径上的两条边：$«d y t» \\cdot «d t x» = «g x»$。从末端到起点反复运用这一条法则，就是**反向传播**。',
      },
    },
    {
      program: 'product',
      at: 0,
      predict: true,
      title: { en: 'Your turn', zh: '轮到你了' },
      text: {
        en: 'The product again, with its derivatives hidden. The bar below asks for the first factor: what [[y]] hands to one of its inputs. You may type a number or a formula of the names on the cards, such as `f` or `2*x`. Press Esc to leave the field; the arrow keys then move on.',
        zh: '还是那个乘积，但导数被藏起来了。下方的栏会问第一个因子：[[y]] 传给它的一个输入的是多少。可以输入数字，也可以输入由卡片名称组成的式子，例如 `f` 或 `2*x`。按 Esc 离开输入框，之后可用方向键继续。',
      },
    },
  ],
};
