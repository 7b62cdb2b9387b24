/** Median and quartiles. */
export function spread(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = part => {
    const place = (sorted.length - 1) * part;
    const low = sorted[Math.floor(place)];
    return low + (sorted[Math.ceil(place)] - low) * (place % 1);
  };
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}

/** The median ratio of two rows' times in the same round, in which the load of the machine cancels out. */
export const ratio = (times, base) => spread(times.map((time, round) => time / base[round])).median;
