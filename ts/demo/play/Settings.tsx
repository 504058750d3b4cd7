import { useApp } from "../context.js";
import { type FieldName, FIELDS, FIELD_NAMES } from "../fields.js";

/** All options of a run. */
export function Settings() {
  const { state, actions } = useApp();
  const words = state.words.value;
  const changed = FIELD_NAMES.filter((name) => state.changed.value[name] !== undefined);
  return (
    <section class="settings" aria-labelledby="settings-title">
      <h2 id="settings-title">{words.settings}</h2>
      <p>
        {changed.length > 0 &&
          `${words.changedFrom} ${changed.map((name) => words.fields[name]).join(", ")}. ${words.addressHolds}`}
      </p>
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault();
        }}
      >
        {FIELD_NAMES.map((name) => (
          <Field key={name} name={name} />
        ))}
        <label>
          {words.startsFrom}
          <select
            value={state.startsFrom.value}
            onChange={({ currentTarget }) => {
              actions.startFrom(currentTarget.value as "random" | "model");
            }}
          >
            <option value="random">{words.fromRandom}</option>
            <option value="model">{words.fromModel}</option>
          </select>
        </label>
      </form>
    </section>
  );
}

function Field({ name }: { name: FieldName }) {
  const { state, actions } = useApp();
  const words = state.words.value;
  const field = FIELDS[name];
  const { texts, problems } = state.chosen.value;
  const text = texts[name];
  const problem = problems[name];
  if (field.kind === "switch") {
    return (
      <label class="check">
        <input
          type="checkbox"
          name={name}
          checked={text === "true"}
          onChange={({ currentTarget }) => {
            actions.change(name, String(currentTarget.checked));
          }}
        />
        {words.fields[name]}
      </label>
    );
  }
  const set = ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLSelectElement }) => {
    actions.change(name, currentTarget.value);
  };
  return (
    <div class="field">
      <label for={`field-${name}`}>{words.fields[name]}</label>
      {field.kind === "choice" ? (
        <select id={`field-${name}`} name={name} value={text} onChange={set}>
          {field.values.map((value) => (
            <option key={value} value={value}>
              {words.values[value]}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={`field-${name}`}
          name={name}
          type="text"
          inputMode={field.kind === "number" ? "decimal" : "text"}
          spellcheck={false}
          autocomplete="off"
          value={text}
          placeholder={
            "empty" in field ? { all: words.all, auto: words.automatic, never: words.never }[field.empty] : ""
          }
          aria-invalid={problem !== undefined}
          aria-describedby={`problem-${name}`}
          onChange={set}
        />
      )}
      <p id={`problem-${name}`} class="wrong" role="alert">
        {problem !== undefined && words.wrong(problem)}
      </p>
    </div>
  );
}
