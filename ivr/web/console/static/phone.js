// An operator's browser as their telephone, by the carrier's own script. It registers while the
// operator is rung in the browser, and answers when they choose to.
// https://www.twilio.com/docs/voice/sdks/javascript/twiliodevice
(() => {
  "use strict";
  const place = document.querySelector("#phone");
  if (!place || !window.Twilio) return;
  let device = null;
  let ringing = null;
  const tell = (text, bad = false) => {
    place.textContent = text;
    place.classList.toggle("bad", bad);
  };
  const token = async () => {
    const answer = await fetch(place.dataset.token);
    if (!answer.ok) throw new Error("there is no leave to ring it");
    return answer.text();
  };
  const failed = (error) => tell(`This browser cannot be rung: ${error.message}.`, true);
  const take = (call) => {
    ringing = call;
    for (const end of ["accept", "cancel", "disconnect", "reject"]) {
      call.on(end, () => { if (ringing === call) ringing = null; });
    }
  };
  const register = async () => {
    device = new Twilio.Device(await token(), { closeProtection: true, logLevel: 4 });
    device.on("registered", () => tell("This browser rings for you."));
    device.on("unregistered", () => tell("This browser does not ring."));
    device.on("error", failed);
    device.on("incoming", take);
    device.on("tokenWillExpire", () => token().then((next) => device.updateToken(next), failed));
    await device.register();
  };
  const follow = () => {
    const wanted = document.querySelector("[data-reach]")?.dataset.reach === "browser";
    if (wanted && !device) register().catch(failed);
    else if (!wanted && device) { device.destroy(); device = null; tell(""); }
  };
  document.addEventListener("htmx:afterSettle", follow);
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-answer]") && ringing) ringing.accept();
  });
  follow();
})();
