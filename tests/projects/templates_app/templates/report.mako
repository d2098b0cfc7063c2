<%!
    from formats import money
%>
<%
    total = page.total()
%>
<b>${money(total)}</b>
