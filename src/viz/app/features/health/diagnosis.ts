// What it takes to explain what is not finite; loaded when there is something to explain.

export { findAnomalies, stepOfAnomaly } from '../../../model/anomalies.ts';
export { intentOf, reasonOf, reasonSentence } from '../../../model/anomaly-reason.ts';
