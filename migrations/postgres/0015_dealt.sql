-- What an office dealt with names the revision it was about: 'approval.AGREEMENT.DAY' becomes 'approval.AGREEMENT.REVISION.DAY'.

update dealt set item = substr(dealt.item, 1, length(dealt.item) - 11) || '.' || agreement.latest_number || right(dealt.item, 11)
from agreement
where (dealt.item like 'approval.____________________________________.____-__-__'
    or dealt.item like 'signature.____________________________________.____-__-__')
  and agreement.id::text = substr(dealt.item, length(dealt.item) - 46, 36);
