-- What an office dealt with names the revision it was about: 'approval.AGREEMENT.DAY' becomes 'approval.AGREEMENT.REVISION.DAY'.

update dealt set item = (
    select substr(dealt.item, 1, length(dealt.item) - 11) || '.' || agreement.latest_number || substr(dealt.item, -11)
    from agreement
    where lower(hex(agreement.id)) = replace(substr(dealt.item, length(dealt.item) - 46, 36), '-', '')
)
where (dealt.item like 'approval.____________________________________.____-__-__'
    or dealt.item like 'signature.____________________________________.____-__-__')
  and exists (
    select 1 from agreement
    where lower(hex(agreement.id)) = replace(substr(dealt.item, length(dealt.item) - 46, 36), '-', '')
);
