import { type Film, filmAfter, readSince, type Shot } from "../../../ts/demo/film.js";

function shot(label: number, images: number): Shot {
  return { label, certainty: images / 1000, images, seconds: images / 100 };
}

const filmOf = (...shots: Shot[]) => shots.reduce<Film>(filmAfter, []);

describe("the film", () => {
  it("has a shot for each verdict, and keeps when it was first given", () => {
    const film = filmOf(shot(0, 0), shot(8, 100), shot(8, 200), shot(3, 300), shot(3, 400));
    expect(film).toEqual([
      shot(0, 0),
      { ...shot(8, 100), certainty: 0.2 },
      { ...shot(3, 300), certainty: 0.4 },
    ]);
  });

  it("tells since when the drawing is read as it is now", () => {
    expect(readSince(filmOf(shot(0, 0), shot(3, 300), shot(3, 400)))).toMatchObject({
      images: 300,
      seconds: 3,
    });
    expect(readSince([])).toBeUndefined();
    // A first guess is no reading.
    expect(readSince(filmOf(shot(3, 0), shot(3, 300)))).toBeUndefined();
    // It was drawn when the run was under way.
    expect(readSince(filmOf(shot(8, 300), shot(3, 400)))).toBeUndefined();
  });

  it("keeps its first verdict however long it gets", () => {
    const film = filmOf(...Array.from({ length: 500 }, (_, i) => shot(i % 2, i)));
    expect(film.length).toBeLessThanOrEqual(60);
    expect(film[0]?.images).toBe(0);
    expect(film.at(-1)?.images).toBe(499);
  });
});
