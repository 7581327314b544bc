/** The little that the demo bank's pages do by themselves. */

const euro = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR', maximumFractionDigits: 0 });

function loanCalculator(form) {
  const yearlyRate = 0.034;
  const show = () => {
    const price = Number(form.elements.price.value);
    const own = Math.min(Number(form.elements.own.value), price);
    const months = Number(form.elements.years.value) * 12;
    const rate = yearlyRate / 12;
    const monthly = ((price - own) * rate) / (1 - (1 + rate) ** -months);
    document.getElementById('price-shown').value = euro.format(price);
    document.getElementById('own-shown').value = euro.format(own);
    document.getElementById('years-shown').value = `${months / 12} years`;
    document.getElementById('monthly').value = euro.format(monthly);
  };
  form.addEventListener('input', show);
  form.addEventListener('submit', (event) => event.preventDefault());
  show();
}

/** ISO 13616: moved, in digits, the remainder by 97 is 1. */
function isIban(text) {
  const iban = text.replace(/\s/g, '').toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/.test(iban)) return false;
  const digits = [...iban.slice(4), ...iban.slice(0, 4)].map((character) => Number.parseInt(character, 36)).join('');
  return Array.from(digits).reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1;
}

function transferForm(form) {
  const message = document.getElementById('transfer-message');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const wrong = [
      ['recipient', form.elements.recipient.value.trim() !== '', 'Please name the recipient.'],
      ['iban', isIban(form.elements.iban.value), 'This IBAN is not right. Please check every digit.'],
      ['amount', Number(form.elements.amount.value.replace(',', '.')) > 0, 'Please give an amount, such as 25.00.'],
    ].find(([, isRight]) => !isRight);
    for (const field of form.elements) field.removeAttribute('aria-invalid');
    message.className = wrong === undefined ? 'message good' : 'message bad';
    message.textContent = wrong === undefined ? 'Looks right. This is a demonstration: nothing was sent.' : wrong[2];
    if (wrong === undefined) return;
    form.elements[wrong[0]].setAttribute('aria-invalid', 'true');
    form.elements[wrong[0]].focus();
  });
}

function freezeButton(button) {
  button.addEventListener('click', () => {
    const frozen = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(frozen));
    button.textContent = frozen ? 'Card is frozen. Unfreeze' : 'Freeze this card';
    button.closest('li').classList.toggle('frozen', frozen);
  });
}

const loan = document.getElementById('loan');
if (loan !== null) loanCalculator(loan);
const transfer = document.getElementById('transfer');
if (transfer !== null) transferForm(transfer);
for (const button of document.querySelectorAll('[data-freeze]')) freezeButton(button);
