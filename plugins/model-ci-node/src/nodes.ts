/**
 * Topic of the events service on which Model CI announces that a node came, went or changed. The payload is
 * empty: who wants to know reads the nodes.
 */
export const NODES_TOPIC = 'model-ci.nodes';
