import { reason } from '../../reasons';
import type { Context } from './context';
import type { Statement } from './parse';
import { argOf, plainArg, plainText } from './values';

/** `agent any`, `agent none`, `agent { docker … }`. */
export function readAgent(
  agent: Statement,
  target: { image?: string },
  where: string,
  { findings }: Context,
): void {
  const { offset, text } = agent;
  const word = plainText(agent.args.at(0));
  if (word === 'none') {
    findings.carried(offset, text, reason('import.agentNone'));
    return;
  }
  if (word === 'any') {
    const remedy = reason('import.remedyImage');
    findings.changed(offset, text, reason('import.agentAny'), remedy);
    return;
  }
  for (const kind of agent.block ?? []) {
    switch (kind.name) {
      case 'docker':
        readDocker(kind, target, where, findings);
        break;
      case 'node':
      case 'label':
        findings.left(
          kind.offset,
          kind.text,
          reason('import.label'),
          reason('import.remedyLabel'),
        );
        break;
      default:
        findings.left(
          kind.offset,
          kind.text,
          reason('import.agent'),
          reason('import.remedyAgent'),
        );
    }
  }
}

function readDocker(
  docker: Statement,
  target: { image?: string },
  where: string,
  findings: Context['findings'],
): void {
  const options = docker.block ?? [];
  const named = options.find(({ name }) => name === 'image') ?? docker;
  const image = plainArg(named, 'image');
  if (image && /^[\w./:@-]+$/.test(image)) {
    target.image = image;
    const key = `${where}.image`;
    findings.carried(
      named.offset,
      named.text,
      reason('import.became', { key }),
    );
  } else if (argOf(named, 'image') || options.length === 0) {
    const remedy = reason('import.remedyImageName', { key: `${where}.image` });
    findings.left(named.offset, named.text, reason('import.imageName'), remedy);
  }
  for (const option of options.filter(({ name }) => name !== 'image')) {
    const isLabel = option.name === 'label';
    const isReuse = option.name === 'reuseNode';
    if (isReuse) {
      findings.carried(
        option.offset,
        option.text,
        reason('import.freshWorkspace'),
      );
    } else {
      findings.left(
        option.offset,
        option.text,
        reason(isLabel ? 'import.label' : 'import.containerOption'),
        isLabel ? reason('import.remedyLabel') : undefined,
      );
    }
  }
}
