import { Component, type ComponentChildren } from "preact";

/** Draws its children once: what is inside belongs to something else from then on. */
export class Still extends Component<{ readonly children: ComponentChildren }> {
  override shouldComponentUpdate(): boolean {
    return false;
  }

  override render() {
    return this.props.children;
  }
}
