/**
 * Runs inside a page: the texts that are shown with less contrast than WCAG 2.2 asks for at level AA (1.4.3): 4.5, and 3
 * for large text. What is disabled is exempt.
 */
globalThis.tooFaint = () => {
  const parse = (text) => {
    const [r = 0, g = 0, b = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    // what is mixed is told as `color(srgb …)`, from 0 to 1
    const most = text.startsWith('color(') ? 255 : 1;
    return { rgb: [r * most, g * most, b * most], alpha };
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const over = ({ rgb, alpha }, below) => rgb.map((value, at) => value * alpha + below[at] * (1 - alpha));
  const behind = (element) => {
    if (!element) return [255, 255, 255];
    const colour = parse(getComputedStyle(element).backgroundColor);
    return colour.alpha === 1 ? colour.rgb : over(colour, behind(element.parentElement));
  };
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    const isShown = element.checkVisibility() && !element.closest('script, style, noscript, :disabled');
    if (node.textContent.trim() === '' || !isShown) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const below = behind(element);
    const [dark, light] = [luminance(over(parse(color), below)), luminance(below)].sort((a, b) => a - b);
    const size = Number.parseFloat(fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < (isLarge ? 3 : 4.5))
      faint.push(`${ratio.toFixed(2)}: ${node.textContent.trim().slice(0, 40)}`);
  }
  return faint;
};
