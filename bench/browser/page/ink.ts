/** Whether a canvas below an element shows more than one colour. */
export function hasInk(host: HTMLElement): boolean {
  return [...host.querySelectorAll("canvas")].some((canvas) => {
    const { width, height } = canvas;
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data;
    if (pixels === undefined) return false;
    const words = new Uint32Array(pixels.buffer);
    return words.some((word) => word !== words[0]);
  });
}

/** An empty element of a size inside another. */
export function box(host: HTMLElement, className: string, width: number, height: number) {
  const element = document.createElement("div");
  element.className = className;
  element.style.inlineSize = `${width}px`;
  element.style.blockSize = `${height}px`;
  host.append(element);
  return element;
}
